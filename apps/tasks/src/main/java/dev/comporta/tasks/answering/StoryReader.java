package dev.comporta.tasks.answering;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.tasks.answering.Stories.Question;
import dev.comporta.tasks.answering.Stories.Story;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads stories line by line in the format of bAbI (Weston et al. 2015): a number, then a fact, or
 * a question, a tab, its answer, a tab and the numbers of the facts that support it. The number 1
 * begins a new story.
 *
 * <p>Where answers are not required, as in new questions for a model, numbers are not either: then
 * a question is a line that ends with a question mark, and an empty line ends a story.
 */
final class StoryReader {
  private static final Pattern NUMBERED = Pattern.compile("(\\d++)(?:\\s++(.*))?", Pattern.DOTALL);

  /** Longer stories are a mistake, such as line numbers that never start again at 1. */
  private static final int MOST_LINES = 100_000;

  private final String file;
  private final boolean answered;
  private final @Nullable String kind;
  private final List<Story> stories = new ArrayList<>();
  private final List<String> facts = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();

  /** The numbers of the lines with facts. */
  private final Set<Integer> told = new HashSet<>();

  /** The line of the file. */
  private int line;

  /** The number of the last line of the story; 0 before the first. */
  private int number;

  /** Where the story began. */
  private String begin = "";

  private boolean numbered;

  /**
   * Starts a reader.
   *
   * @param file its name, for messages
   * @param answered whether every line must have a number, every question an answer, and every
   *     story a question
   * @param kind of all questions, or null to tell it from each
   */
  StoryReader(String file, boolean answered, @Nullable String kind) {
    this.file = file;
    this.answered = answered;
    this.kind = kind;
    this.numbered = answered;
  }

  /** The stories of a text, one or more. */
  static List<Story> stories(String file, String text, @Nullable String kind) {
    StoryReader reader = new StoryReader(file, true, kind);
    text.lines().forEach(reader::read);
    reader.end();
    if (reader.stories.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[answer] expected stories, such as '1 Mary moved to the kitchen.', in %s but it has none",
              file));
    }
    return reader.stories;
  }

  /** The facts of the story so far. */
  List<String> facts() {
    return facts;
  }

  /** Reads a line; returns the question that it is, or null. */
  @Nullable Question read(String raw) {
    line++;
    String text = raw.stripLeading(); // a last column may be empty
    if (text.isEmpty()) {
      if (!numbered) {
        end();
      }
      return null;
    }
    Matcher start = NUMBERED.matcher(text);
    boolean hasNumber = start.matches();
    if (!answered && number == 0 && facts.isEmpty()) {
      numbered = hasNumber; // the first line of a story decides
    }
    if (numbered) {
      begin(hasNumber ? start.group(1) : "", text);
      text = hasNumber && start.group(2) != null ? start.group(2) : "";
    }
    String[] cells = text.split("\t", -1);
    if (StoredStories.split(cells[0]).isEmpty()) {
      throw new ComportaException(
          formatted(
              "[answer] expected a sentence of one word or more in %s but got '%s'",
              place(), Printable.quote(cells[0])));
    }
    if (cells.length > 1 || cells[0].strip().endsWith("?")) {
      return question(cells);
    }
    if (facts.isEmpty() && questions.isEmpty()) {
      begin = place();
    }
    facts.add(cells[0].strip());
    told.add(number);
    return null;
  }

  private String place() {
    return formatted("line %d of %s", line, file);
  }

  /** Checks a line's number, the next one or 1. */
  private void begin(String digits, String text) {
    int found =
        digits.isEmpty() || digits.length() > 9 ? -1 : Integer.parseInt(digits); // larger: wrong
    if (found == 1) {
      end();
    } else if (found != number + 1) {
      String got =
          digits.isEmpty()
              ? text.substring(0, text.offsetByCodePoints(0, Math.min(20, points(text))))
              : digits;
      throw new ComportaException(
          formatted(
              "[answer] expected the number %s at the start of %s but got '%s'; number the lines of each story from 1",
              number == 0 ? "1" : formatted("%d, or 1 for a new story,", number + 1),
              place(),
              Printable.quote(got)));
    }
    number = found;
    if (found > MOST_LINES) {
      throw new ComportaException(
          formatted(
              "[answer] expected a story of at most %,d lines but it goes on in %s; begin a new story with the number 1",
              MOST_LINES, place()));
    }
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }

  private Question question(String[] cells) {
    if (facts.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[answer] expected a fact before the first question of a story but %s is a question; tell something first",
              place()));
    }
    List<String> answer = cells.length > 1 ? StoredStories.split(cells[1]) : List.of();
    if (answered && answer.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[answer] expected a tab and an answer after the question in %s but there is none; write '3 Where is Mary?', a tab, 'kitchen'",
              place()));
    }
    if (answer.size() > 1) {
      throw new ComportaException(
          formatted(
              "[answer] expected an answer of one word in %s but got '%s'; join its words, as in 'living-room'",
              place(), Printable.quote(cells[1].strip())));
    }
    int supporting = cells.length > 2 ? supporting(cells[2]) : -1;
    String text = cells[0].strip();
    Question question =
        new Question(
            text,
            answer.isEmpty() ? "" : answer.getFirst(),
            facts.size(),
            kind == null ? Question.kind(text, supporting) : kind,
            place());
    questions.add(question);
    return question;
  }

  /** The number of facts that support an answer, which must be facts of the story. */
  private int supporting(String cell) {
    Set<Integer> numbers = new HashSet<>();
    for (String word : cell.strip().split("\\s+", -1)) {
      if (word.isEmpty()) {
        continue;
      }
      if (!word.matches("\\d{1,9}") || (numbered && !told.contains(Integer.parseInt(word)))) {
        throw new ComportaException(
            formatted(
                "[answer] expected the numbers of earlier facts of the story after the answer in %s but got '%s'",
                place(), Printable.quote(word)));
      }
      numbers.add(Integer.parseInt(word));
    }
    return numbers.size();
  }

  /** Ends the story. */
  void end() {
    if (answered && !facts.isEmpty()) {
      if (questions.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[answer] expected a question about the story that begins in %s but it has none; add one, or remove the story",
                begin));
      }
      stories.add(new Story(facts, questions));
    }
    facts.clear();
    questions.clear();
    told.clear();
    number = 0;
  }
}
