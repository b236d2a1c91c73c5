package dev.comporta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Supplier;
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

  /** How many times the effect of rounding the arguments an error may be. */
  private static final double ROUNDINGS = 4;

  /** However sensitive a result is: mistakes have larger effects. */
  private static final double MOST = 1e-4;

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
    return of(inDouble(got), exact);
  }

  private static double[] inDouble(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  private static double of(double[] got, double[] exact) {
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
   * Fails unless the error is within a limit, or is explained by rounding of the arguments. Where
   * large numbers cancel, the exact result itself moves by more than the limit if each argument
   * moves to the next float32 number, and no computation in float32 does better.
   *
   * @param what the name of the values for the message
   * @param got the result
   * @param exact the exact result
   * @param limit the largest error of a result that is not as sensitive as that
   * @param neighbour the exact result for neighbouring arguments, see {@link Problem#neighbour};
   *     asked for only if the error is larger than the limit
   */
  public static void require(
      String what, float[] got, double[] exact, double limit, Supplier<double[]> neighbour) {
    require(what, inDouble(got), exact, limit, neighbour);
  }

  /**
   * The same for results that are already in double precision.
   *
   * @param what the name of the values for the message
   * @param got the result
   * @param exact the exact result
   * @param limit the largest error of a result that is not as sensitive as that
   * @param neighbour the exact result for neighbouring arguments; asked for only if needed
   */
  public static void require(
      String what, double[] got, double[] exact, double limit, Supplier<double[]> neighbour) {
    double error = of(got, exact);
    if (!(error <= limit)) {
      double sensitivity = of(neighbour.get(), exact);
      double allowed =
          Double.isFinite(sensitivity)
              ? Math.max(limit, Math.min(MOST, ROUNDINGS * sensitivity))
              : limit;
      assertThat(error)
          .as("relative error of %s; neighbouring arguments change it by %s", what, sensitivity)
          .isLessThanOrEqualTo(allowed);
    }
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
