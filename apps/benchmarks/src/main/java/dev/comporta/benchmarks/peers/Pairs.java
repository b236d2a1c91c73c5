package dev.comporta.benchmarks.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One batch of a problem's sentence pairs.
 *
 * @param sources the ids of each row's source
 * @param targets the ids of each row's target; empty rows if the problem has no targets
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose
public record Pairs(int[][] sources, int[][] targets) {
  /**
   * The batches of a problem.
   *
   * @param problem a problem whose workload consists of pairs
   * @param lengths the lengths of its pairs
   */
  public static List<Pairs> of(Problem problem, PairLengths lengths) {
    int[] at = new int[2];
    List<Pairs> all = new ArrayList<>();
    for (int i = 0; i < lengths.sources().size(); i++) {
      int[] sourceLengths = lengths.sources().get(i);
      int[] targetLengths =
          problem.targets().length == 0 ? new int[sourceLengths.length] : lengths.targets().get(i);
      int[][] sources = rows(problem.inputs(), at[0], sourceLengths);
      int[][] targets = rows(problem.targets(), at[1], targetLengths);
      at[0] += Arrays.stream(sourceLengths).sum();
      at[1] += Arrays.stream(targetLengths).sum();
      all.add(new Pairs(sources, targets));
    }
    return List.copyOf(all);
  }

  private static int[][] rows(float[] ids, int from, int[] lengths) {
    int[][] rows = new int[lengths.length][];
    int at = from;
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new int[lengths[row]];
      for (int t = 0; t < lengths[row]; t++) {
        rows[row][t] = (int) ids[at++];
      }
    }
    return rows;
  }

  /** The length of the longest row. */
  public static int longest(int[][] rows) {
    return Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
  }

  /**
   * Pads rows to a time-major matrix.
   *
   * @param rows the ids of each row
   * @param late the number of timesteps by which rows are shifted; the gap is filled with {@link
   *     Translator#BEGIN}
   * @param padding the id after the end of a row
   * @return {@code [T, B]}, where T is the length of the longest row
   */
  public static long[] padded(int[][] rows, int late, long padding) {
    long[] ids = new long[longest(rows) * rows.length];
    Arrays.fill(ids, padding);
    for (int row = 0; row < rows.length; row++) {
      for (int t = 0; t < rows[row].length; t++) {
        ids[t * rows.length + row] = t < late ? Translator.BEGIN : rows[row][t - late];
      }
    }
    return ids;
  }
}
