package dev.comporta.training.metrics;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The fewest insertions, deletions and substitutions that make one sequence of another (Levenshtein
 * 1966), and their rate over many sequences: the word error rate (WER) and the character error rate
 * (CER). Not for use by several threads.
 *
 * <pre>
 * rate = edits / length of the references      (above 1 where more was inserted than there was)
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EditDistance {
  private long edits;
  private long length;

  /** A rate of nothing yet. */
  public EditDistance() {}

  /**
   * The distance of two sequences.
   *
   * @param a one, its elements compared by {@link Object#equals}
   * @param b the other
   * @return edits
   */
  public static int between(List<?> a, List<?> b) {
    int[] before = new int[b.size() + 1];
    int[] now = new int[b.size() + 1];
    Arrays.setAll(before, j -> j);
    for (int i = 1; i <= a.size(); i++) {
      now[0] = i;
      for (int j = 1; j <= b.size(); j++) {
        int replaced = before[j - 1] + (a.get(i - 1).equals(b.get(j - 1)) ? 0 : 1);
        now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
      }
      int[] swap = before;
      before = now;
      now = swap;
    }
    return before[b.size()];
  }

  /**
   * Counts the edits between an answer and what it should be.
   *
   * @param answer what was given
   * @param reference what it should be
   */
  public void add(List<?> answer, List<?> reference) {
    edits += between(answer, reference);
    length += reference.size();
  }

  /**
   * Counts words, separated by white space; for the word error rate.
   *
   * @param answer what was given
   * @param reference what it should be
   */
  public void addWords(String answer, String reference) {
    add(words(answer), words(reference));
  }

  private static List<String> words(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }

  /**
   * Counts characters (code points), white space included; for the character error rate.
   *
   * @param answer what was given
   * @param reference what it should be
   */
  public void addCharacters(String answer, String reference) {
    add(answer.codePoints().boxed().toList(), reference.codePoints().boxed().toList());
  }

  /**
   * The edits so far.
   *
   * @return their sum
   */
  public long edits() {
    return edits;
  }

  /**
   * The elements of the references so far.
   *
   * @return their sum
   */
  public long length() {
    return length;
  }

  /**
   * Edits for each element of the references.
   *
   * @return 0 where nothing is wrong; NaN before the first element
   */
  public double rate() {
    return (double) edits / length;
  }
}
