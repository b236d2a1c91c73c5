package dev.comporta.tasks.answering;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.Classification;
import dev.comporta.inference.QuestionAnswerer;
import dev.comporta.inference.StoryQuestion;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.training.data.Shuffle;
import dev.comporta.training.text.Corpus;
import dev.comporta.training.text.CorpusReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Stories with questions, from a file or a folder of files in the format of bAbI.
 *
 * @param name what messages call it
 * @param stories one or more
 */
record Stories(String name, List<Story> stories) {
  Stories {
    stories = List.copyOf(stories);
  }

  /**
   * A story.
   *
   * @param facts its sentences
   * @param questions one or more
   */
  record Story(List<String> facts, List<Question> questions) {
    Story {
      facts = List.copyOf(facts);
      questions = List.copyOf(questions);
    }
  }

  /**
   * A question.
   *
   * @param text one word or more
   * @param answer in lower case; empty if it is not known
   * @param before the number of facts that were told before it
   * @param kind the first word and the number of supporting facts, or the name of the file
   * @param place where it was read, for messages
   */
  record Question(String text, String answer, int before, String kind, String place) {
    /**
     * The kind of a question without a file of its own. The number of supporting facts would give
     * away the answer to "how many".
     *
     * @param supporting the number of supporting facts; negative if it is not known
     */
    static String kind(String text, int supporting) {
      List<String> words = StoredStories.split(text);
      if (words.size() > 1 && words.getFirst().equals("how") && words.get(1).equals("many")) {
        return "how many";
      }
      return supporting < 0
          ? words.getFirst()
          : formatted(
              "%s, %d supporting fact%s", words.getFirst(), supporting, supporting == 1 ? "" : "s");
    }
  }

  /**
   * A question with the story that it is about.
   *
   * @param story the story
   * @param question one of its questions
   */
  record Asked(Story story, Question question) {
    /** The question with the sentences before it; not more than any model reads, as it copies. */
    StoryQuestion told() {
      int from = Math.max(0, question.before - StoredStories.MOST_SENTENCES);
      return new StoryQuestion(story.facts.subList(from, question.before), question.text);
    }
  }

  /**
   * Reads a file, or the text files of a folder; then the kind of a question is its file.
   *
   * @throws ComportaException naming the line of what cannot be used
   */
  static Stories read(Path path, Charset charset) {
    if (!Files.isDirectory(path)) {
      Corpus corpus = CorpusReader.read(path, charset);
      return of(corpus.name(), corpus.text());
    }
    List<Story> stories = new ArrayList<>();
    for (Path file : files(path)) {
      String kind = file.getFileName().toString().replaceFirst("\\.txt$", "");
      Corpus corpus = CorpusReader.read(file, charset);
      stories.addAll(StoryReader.stories(corpus.name(), corpus.text(), kind));
    }
    return new Stories(path.toString(), stories);
  }

  /** Reads a text. */
  static Stories of(String name, String text) {
    return new Stories(name, StoryReader.stories(name, text, null));
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(Files::isRegularFile)
              .filter(file -> {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                return name.endsWith(".txt") && !name.startsWith(".");
              })
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[answer] expected files with stories, whose names end in .txt, in the folder %s but found none",
                folder));
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new ComportaException(
          formatted("[answer] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  /** All questions with their stories, in order. */
  List<Asked> questions() {
    return stories.stream()
        .flatMap(story -> story.questions.stream().map(question -> new Asked(story, question)))
        .toList();
  }

  /** The different answers, sorted. */
  List<String> answers() {
    Set<String> answers = new TreeSet<>();
    questions().forEach(it -> answers.add(it.question.answer));
    return List.copyOf(answers);
  }

  /** Requires that questions have no answers but these. */
  Stories requireAnswers(List<String> known) {
    Set<String> all = Set.copyOf(known);
    for (Asked asked : questions()) {
      if (!all.contains(asked.question.answer)) {
        int most = 12;
        throw new ComportaException(
            formatted(
                "[answer] expected one of the answers %s%s in %s but got '%s', which the model was not trained on",
                known.subList(0, Math.min(most, known.size())),
                known.size() > most ? formatted(" and %d others", known.size() - most) : "",
                asked.question.place,
                asked.question.answer));
      }
    }
    return this;
  }

  /** The answers of a model to all questions. */
  List<Classification> answers(QuestionAnswerer model) {
    return model.answerAll(questions().stream().map(Asked::told).toList());
  }

  /** Sentences about what a model does not read of these stories. */
  List<String> notes(StoredStories read) {
    long words =
        stories.stream()
            .flatMap(it -> it.facts.stream())
            .filter(it -> StoredStories.split(it).size() > read.sentenceWords())
            .count();
    long asked =
        questions().stream()
            .map(it -> StoredStories.split(it.question().text()).size())
            .filter(it -> read.questionWords() > 0 && it > read.questionWords())
            .count();
    long longer = stories.stream().filter(it -> it.facts.size() > read.sentences()).count();
    List<String> notes = new ArrayList<>();
    if (words > 0) {
      notes.add(
          formatted(
              "%,d sentences have more than %d words: the model reads the first ones; see --sentence-words",
              words, read.sentenceWords()));
    }
    if (asked > 0) {
      notes.add(
          formatted(
              "%,d questions have more than %d words: the encoder reads the first ones; see --question-words",
              asked, read.questionWords()));
    }
    if (longer > 0) {
      notes.add(
          formatted(
              "%,d stories have more than %d sentences: the model reads the last ones before each question; see --sentences",
              longer, read.sentences()));
    }
    return notes;
  }

  /** Stories to train on, and stories that are held out. */
  record Parts(Stories training, Stories heldOut) {}

  /**
   * Holds out a fraction of the stories, chosen at random among those whose answers all occur in
   * others.
   */
  Parts split(double fraction, RandomSource random) {
    if (stories.size() < 2) {
      throw new ComportaException(
          formatted(
              "[answer] expected two stories or more, one of them to validate on, in %s but it has one; add stories, or give --validation-data",
              name));
    }
    long wanted = Math.clamp(Math.round(fraction * stories.size()), 1, stories.size() - 1);
    Set<String> trained = new TreeSet<>();
    List<Story> training = new ArrayList<>();
    List<Story> heldOut = new ArrayList<>();
    int left = stories.size();
    for (int i : Shuffle.order(stories.size(), random)) {
      Story story = stories.get(i);
      List<String> own = story.questions.stream().map(Question::answer).toList();
      boolean last = left-- <= wanted - heldOut.size();
      if (last && trained.containsAll(own)) {
        heldOut.add(story);
      } else {
        trained.addAll(own);
        training.add(story);
      }
    }
    if (heldOut.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[answer] expected a story to hold out of the %d of %s but each has an answer of its own; add stories, or give --validation-data",
              stories.size(), name));
    }
    return new Parts(new Stories(name, training), new Stories(name, heldOut));
  }

  /** The hash of facts, questions and answers: the same for the same stories in any file. */
  String sha256() {
    MessageDigest digest = Sha256.newDigest();
    for (Story story : stories) {
      add(digest, String.join("\n", story.facts));
      story.questions.forEach(
          it -> add(digest, formatted("%d %s\t%s", it.before, it.text, it.answer)));
    }
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, String line) {
    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
