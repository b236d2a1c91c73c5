package dev.comporta.training.metrics;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;

/** Finds predictions in an array of scores. */
final class Scores {
  private Scores() {}

  /**
   * The class with the largest score; the first one in a tie.
   *
   * @param metric the name of the metric, for the message
   * @param scores {@code [predictions, classes]}
   * @param answer the index of the prediction
   * @throws ComportaException if a score is NaN
   */
  static int largest(String metric, float[] scores, int answer, int classes) {
    int from = answer * classes;
    int best = 0;
    for (int c = 0; c < classes; c++) {
      float score = scores[from + c];
      if (Float.isNaN(score)) {
        throw new ComportaException(
            formatted(
                "[%s] expected scores that are not NaN but score %d of prediction %d is NaN",
                metric, c, answer));
      }
      if (score > scores[from + best]) {
        best = c;
      }
    }
    return best;
  }
}
