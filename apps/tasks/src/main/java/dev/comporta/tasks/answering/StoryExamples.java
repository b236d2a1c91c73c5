package dev.comporta.tasks.answering;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.training.data.BucketedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Batches of questions with their stories as sources and one label each. Questions about stories of
 * similar length are batched together. In training, a word may be replaced by the unknown word
 * throughout a story and its question, so that a model learns to answer questions about new names.
 */
final class StoryExamples extends BucketedSource {
  /** Batches whose questions are sorted by the length of their stories together. */
  private static final int POOL = 20;

  private final List<Example> examples;
  private final StoredStories stories;
  private final double wordDropout;
  private final RandomSource random;

  /** A question: the sentences of its story from one to another, its ids, and the answer. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Example(List<int[]> story, int[] question, int answer, int answerWord) {}

  /**
   * Encodes questions.
   *
   * @param questions the stories with the questions
   * @param stories how they are read
   * @param answers the labels
   * @param batch B, or fewer if there are fewer questions
   * @param wordDropout the rate at which a word is read as unknown
   */
  StoryExamples(
      Stories questions,
      StoredStories stories,
      List<String> answers,
      int batch,
      double wordDropout,
      RandomSource random) {
    this(examples(questions, stories, answers), stories, batch, wordDropout, random);
  }

  private StoryExamples(
      List<Example> examples,
      StoredStories stories,
      int batch,
      double wordDropout,
      RandomSource random) {
    super(
        examples.stream().mapToInt(it -> it.story().size()).toArray(),
        Math.min(batch, examples.size()),
        POOL,
        random);
    this.examples = examples;
    this.stories = stories;
    this.wordDropout = wordDropout;
    this.random = random;
  }

  private static List<Example> examples(
      Stories questions, StoredStories stories, List<String> answers) {
    List<Example> examples = new ArrayList<>();
    Map<String, Integer> labels = new HashMap<>();
    answers.forEach(answer -> labels.put(answer, labels.size()));
    for (Stories.Story story : questions.stories()) {
      List<int[]> facts = story.facts().stream().map(stories::sentence).toList();
      for (Stories.Question question : story.questions()) {
        examples.add(
            new Example(
                stories.read(facts.subList(0, question.before())),
                stories.question(question.text()),
                labels.getOrDefault(question.answer(), -1),
                stories.words().id(question.answer())));
      }
    }
    return examples;
  }

  @Override
  protected Batch batch(int[] members, int epoch, int index) {
    RandomSource draws = random.stream("words").stream(epoch).stream(index);
    List<int[]> questions = new ArrayList<>();
    List<int[]> told = new ArrayList<>();
    int[] labels = new int[rows()];
    Arrays.fill(labels, -1);
    for (int member : members) {
      Example example = examples.get(member);
      int row = questions.size();
      labels[row] = example.answer();
      int[] story = stories.source(example.story(), example.question());
      int[] question = example.question().clone();
      if (wordDropout > 0) {
        RandomSource own = draws.stream(row);
        forget(story, example, own);
        forget(question, example, own);
      }
      told.add(story);
      questions.add(question);
    }
    return Batch.ofSequences(questions, rows())
        .source(Batch.ofSequences(told, rows()))
        .labels(new Ids(1, rows(), labels));
  }

  /** Replaces words by the unknown word, the same ones in story and question; never the answer. */
  private void forget(int[] ids, Example example, RandomSource own) {
    for (int i = 0; i < ids.length; i++) {
      int id = ids[i];
      if (id != stories.words().end()
          && id != example.answerWord()
          && own.uniform(id) < wordDropout) {
        ids[i] = stories.words().unknown();
      }
    }
  }
}
