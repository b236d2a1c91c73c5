package dev.comporta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apiguardian.api.API;

/**
 * How far a float32 answer is from an exact one: the Euclidean norm of the difference over the norm
 * of the exact answer. The limits are those that the project promises against PyTorch in float64.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RelativeError {
  /** The most that an output may be off. */
  public static final double OUTPUT = 2e-6;

  /** The most that a gradient may be off. */
  public static final double GRADIENT = 2e-5;

  private RelativeError() {}

  /**
   * The error in norm.
   *
   * @param got the answer
   * @param exact what it should be
   * @return the relative error; the norm of the answer itself if the exact one is zero; NaN if the
   *     answer holds NaN
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
   * @param what names the values in the message
   * @param got the answer
   * @param exact what it should be
   * @param limit the largest error allowed
   */
  public static void require(String what, float[] got, double[] exact, double limit) {
    assertThat(of(got, exact)).as("relative error of %s", what).isLessThanOrEqualTo(limit);
  }
}
