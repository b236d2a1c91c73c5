package dev.comporta.training.metrics;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.ShapeException;
import org.apiguardian.api.API;

/**
 * Error measures for regression. Predictions are added one at a time or in arrays, and errors are
 * summed in double. All measures are NaN if there are no predictions or if one is NaN. Not
 * thread-safe.
 *
 * <pre>
 * MAE = mean |x - y|    RMSE = sqrt(mean (x - y)^2)    MAPE = 100 mean (|x - y| / |y|)   over y != 0
 * sMAPE = 200 mean (|x - y| / (|x| + |y|))   with 0 / 0 = 0
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RegressionErrors {
  private long count;
  private long countWithoutZeros;
  private double absolute;
  private double squares;
  private double relative;
  private double symmetric;

  /** Creates measures without predictions. */
  public RegressionErrors() {}

  /**
   * Adds one prediction.
   *
   * @param predicted x, the predicted value
   * @param actual y, the actual value
   */
  public void add(double predicted, double actual) {
    double error = Math.abs(predicted - actual);
    count++;
    absolute += error;
    squares += error * error;
    if (error != 0) {
      symmetric += error / (Math.abs(predicted) + Math.abs(actual));
    }
    if (actual != 0) {
      countWithoutZeros++;
      relative += error / Math.abs(actual);
    }
  }

  /**
   * Adds predictions.
   *
   * @param predicted x, the predicted values
   * @param actual y, the actual values; as many as predicted ones
   * @throws ShapeException if the numbers of values differ
   */
  public void add(float[] predicted, float[] actual) {
    if (predicted.length != actual.length) {
      throw new ShapeException(
          formatted(
              "[regression-errors] expected as many actual as predicted values but got %d and %d",
              actual.length, predicted.length));
    }
    for (int i = 0; i < predicted.length; i++) {
      add(predicted[i], actual[i]);
    }
  }

  /**
   * The number of predictions added so far.
   *
   * @return 0 or more
   */
  public long count() {
    return count;
  }

  /**
   * The mean absolute error (MAE).
   *
   * @return in the unit of the values
   */
  public double mae() {
    return absolute / count;
  }

  /**
   * The mean squared error (MSE).
   *
   * @return in the squared unit of the values
   */
  public double mse() {
    return squares / count;
  }

  /**
   * The root mean squared error (RMSE).
   *
   * @return in the unit of the values
   */
  public double rmse() {
    return Math.sqrt(mse());
  }

  /**
   * The mean absolute percentage error (MAPE) over the actual values that are not 0.
   *
   * @return in percent; NaN if all actual values are 0
   */
  public double mape() {
    return 100 * relative / countWithoutZeros;
  }

  /**
   * The symmetric mean absolute percentage error (sMAPE; Makridakis 1993, <i>Accuracy
   * Measures</i>), from 0 to 200.
   *
   * @return in percent
   */
  public double smape() {
    return 200 * symmetric / count;
  }
}
