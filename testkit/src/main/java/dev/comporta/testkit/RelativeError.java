package dev.comporta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apiguardian.api.API;

/**
 * The relative error of a float32 result: the Euclidean norm of the difference to the exact result,
 * divided by the norm of the exact result. The limits are those that the project guarantees against
 * PyTorch in float64.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RelativeError {
  /** The limit for outputs. */
  public static final double OUTPUT = 2e-6;

  /** The limit for gradients. */
  public static final double GRADIENT = 2e-5;

  private RelativeError() {}

  /**
   * Computes the relative error.
   *
   * @param got the result
   * @param exact the exact result
   * @return the relative error; the norm of the result if the exact result is zero; NaN if the
   *     result contains NaN
   */
  public static double of(float[] got, double[] exact) {
    assertThat(got).as("number of values").hasSize(exact.length);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < exact.length; i++) {
      difference += (got[i] - exact[i]) * (got[i] - exact[i]);
      norm += exact[i] * exact[i];
    }
    return Math.sqrt(difference) / (norm == 0 ? 1 : Math.sqrt(norm));
  }

  /**
   * Fails unless the error is within a limit.
   *
   * @param what the name of the values for the message
   * @param got the result
   * @param exact the exact result
   * @param limit the largest allowed error
   */
  public static void require(String what, float[] got, double[] exact, double limit) {
    assertThat(of(got, exact)).as("relative error of %s", what).isLessThanOrEqualTo(limit);
  }
}
