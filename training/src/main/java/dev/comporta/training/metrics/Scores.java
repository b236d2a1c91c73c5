package dev.comporta.training.metrics;

import dev.comporta.api.ComportaException;

/** Answers out of scores, side by side in an array. */
final class Scores {
  private Scores() {}

  /**
   * The first class with the largest score.
   *
   * @param metric who asks, for the message
   * @param scores {@code [answers, classes]}
   * @param answer which
   * @throws ComportaException if a score is NaN
   */
  static int largest(String metric, float[] scores, int answer, int classes) {
    int from = answer * classes;
    int best = 0;
    for (int c = 0; c < classes; c++) {
      float score = scores[from + c];
      if (Float.isNaN(score)) {
        throw new ComportaException(
            "[%s] expected scores that can be compared but score %d of answer %d is NaN"
                .formatted(metric, c, answer));
      }
      if (score > scores[from + best]) {
        best = c;
      }
    }
    return best;
  }
}
