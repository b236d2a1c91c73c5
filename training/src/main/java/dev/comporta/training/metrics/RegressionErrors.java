package dev.comporta.training.metrics;

import dev.comporta.api.tensor.ShapeException;
import org.apiguardian.api.API;

/**
 * Errors of predicted numbers. Fed answer by answer, summed in double; not for use by several
 * threads. All are NaN before the first answer, and where an answer is.
 *
 * <pre>
 * MAE = mean |x - y|    RMSE = sqrt(mean (x - y)^2)    MAPE = 100 mean (|x - y| / |y|)   over y != 0
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RegressionErrors {
  private long count;
  private long countWithoutZeros;
  private double absolute;
  private double squares;
  private double relative;

  /** Errors of nothing yet. */
  public RegressionErrors() {}

  /**
   * Counts one answer.
   *
   * @param predicted x
   * @param actual y
   */
  public void add(double predicted, double actual) {
    double error = Math.abs(predicted - actual);
    count++;
    absolute += error;
    squares += error * error;
    if (actual != 0) {
      countWithoutZeros++;
      relative += error / Math.abs(actual);
    }
  }

  /**
   * Counts many answers.
   *
   * @param predicted x
   * @param actual y, as many
   * @throws ShapeException if there are more of one
   */
  public void add(float[] predicted, float[] actual) {
    if (predicted.length != actual.length) {
      throw new ShapeException(
          "[regression-errors] expected as many actual as predicted numbers but got %d and %d"
              .formatted(actual.length, predicted.length));
    }
    for (int i = 0; i < predicted.length; i++) {
      add(predicted[i], actual[i]);
    }
  }

  /**
   * The number of answers.
   *
   * @return all that were counted
   */
  public long count() {
    return count;
  }

  /**
   * The mean absolute error.
   *
   * @return in the unit of the numbers
   */
  public double mae() {
    return absolute / count;
  }

  /**
   * The mean squared error.
   *
   * @return in the squared unit of the numbers
   */
  public double mse() {
    return squares / count;
  }

  /**
   * The root of the mean squared error.
   *
   * @return in the unit of the numbers
   */
  public double rmse() {
    return Math.sqrt(mse());
  }

  /**
   * The mean absolute error relative to the actual numbers, those that are 0 left out.
   *
   * @return in percent; NaN if all actual numbers are 0
   */
  public double mape() {
    return 100 * relative / countWithoutZeros;
  }
}
