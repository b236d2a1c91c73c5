package dev.comporta.tasks.answering;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.LengthBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Batches of questions with their stories as sources and one label each. Questions about stories of
 * similar length are batched together. In training, a word may be read as unknown wherever it
 * occurs in a story and its question, so that a model learns to answer for names that it has never
 * read.
 */
final class StoryExamples implements ChunkSource {
  /** Batches whose questions are sorted by the length of their stories together. */
  private static final int POOL = 20;

  private final List<Example> examples = new ArrayList<>();
  private final StoredStories stories;
  private final int batch;
  private final double wordDropout;
  private final RandomSource random;
  private final LengthBuckets buckets;

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
    this.stories = stories;
    this.wordDropout = wordDropout;
    this.random = random;
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
    this.batch = Math.min(batch, examples.size());
    int[] lengths = examples.stream().mapToInt(it -> it.story().size()).toArray();
    this.buckets = new LengthBuckets(lengths, this.batch, POOL, random);
  }

  @Override
  public int rows() {
    return batch;
  }

  @Override
  public int chunks() {
    return buckets.batches();
  }

  @Override
  public Batch batch(int epoch, int index) {
    RandomSource draws = random.stream("words").stream(epoch).stream(index);
    List<int[]> questions = new ArrayList<>();
    List<int[]> told = new ArrayList<>();
    int[] labels = new int[batch];
    Arrays.fill(labels, -1);
    for (int member : buckets.batch(epoch, index)) {
      Example example = examples.get(member);
      int row = questions.size();
      labels[row] = example.answer();
      int[] story = example.story().stream().flatMapToInt(Arrays::stream).toArray();
      int[] question = example.question().clone();
      if (wordDropout > 0) {
        RandomSource own = draws.stream(row);
        forget(story, example, own);
        forget(question, example, own);
      }
      told.add(story);
      questions.add(question);
    }
    return Batch.ofSequences(questions, batch)
        .source(Batch.ofSequences(told, batch))
        .labels(new Ids(1, batch, labels));
  }

  /** Makes words unknown, the same ones in the story and in the question; never the answer. */
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

  @Override
  public boolean continues(int index) {
    return false;
  }
}
