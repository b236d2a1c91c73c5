package dev.comporta.training.metrics;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The edit distance: the minimum number of insertions, deletions and substitutions that turn one
 * sequence into another (Levenshtein 1966), and its rate over many sequences: the word error rate
 * (WER) and the character error rate (CER). Not thread-safe.
 *
 * <pre>
 * rate = edits / length of the references      (may exceed 1 because of insertions)
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EditDistance {
  private long edits;
  private long length;

  /** Creates an empty rate. */
  public EditDistance() {}

  /**
   * The edit distance between two sequences.
   *
   * @param a a sequence; elements are compared with {@link Object#equals}
   * @param b the other sequence
   * @return the number of edits
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
   * Adds the edits between an output and its reference.
   *
   * @param answer the output
   * @param reference the reference
   */
  public void add(List<?> answer, List<?> reference) {
    edits += between(answer, reference);
    length += reference.size();
  }

  /**
   * Adds a pair of texts compared word by word (split at white space), for the word error rate.
   *
   * @param answer the output
   * @param reference the reference
   */
  public void addWords(String answer, String reference) {
    add(words(answer), words(reference));
  }

  private static List<String> words(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }

  /**
   * Adds a pair of texts compared by character (code point), including white space, for the
   * character error rate.
   *
   * @param answer the output
   * @param reference the reference
   */
  public void addCharacters(String answer, String reference) {
    add(answer.codePoints().boxed().toList(), reference.codePoints().boxed().toList());
  }

  /**
   * The total number of edits.
   *
   * @return 0 or more
   */
  public long edits() {
    return edits;
  }

  /**
   * The total length of the references.
   *
   * @return the number of elements, 0 or more
   */
  public long length() {
    return length;
  }

  /**
   * The number of edits per reference element.
   *
   * @return 0 or more; NaN if there are no reference elements and no edits
   */
  public double rate() {
    return (double) edits / length;
  }
}
