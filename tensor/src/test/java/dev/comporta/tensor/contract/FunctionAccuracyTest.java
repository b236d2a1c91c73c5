package dev.comporta.tensor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.testkit.ExactTensor;
import dev.comporta.testkit.backend.Samples;
import dev.comporta.testkit.backend.Tolerance;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the documented accuracy of unary functions against double precision, for a sample of all
 * bit patterns and for every float near the thresholds of the algorithms.
 */
class FunctionAccuracyTest {
  /** A prime, so that the sample covers all exponents and all low bits. */
  private static final int STRIDE = 20_011;

  private static final int BLOCK = 4099;

  static Stream<Arguments> functions() {
    Catalog catalog = Catalog.load();
    return catalog.names(Kind.BACKEND).stream()
        .flatMap(name ->
            Arrays.stream(UnaryFunction.values())
                .map(function -> Arguments.of(catalog.backend(name), function)));
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("functions")
  void isWithinTheStatedUlps(TensorBackend backend, UnaryFunction function) {
    float[] x = new float[BLOCK];
    int n = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      x[n++] = Float.intBitsToFloat((int) bits);
      if (n == BLOCK) {
        check(backend, function, x);
        n = 0;
      }
    }
    check(backend, function, Arrays.copyOf(x, n));
    for (float threshold : thresholds(function)) {
      int start = Float.floatToRawIntBits(threshold) - BLOCK / 2;
      for (int i = 0; i < BLOCK; i++) {
        x[i] = Float.intBitsToFloat(start + i);
      }
      check(backend, function, x);
    }
    check(backend, function, Samples.edges());
  }

  /**
   * The thresholds where an algorithm branches, reduces its argument or exceeds the range of
   * floats.
   */
  private static float[] thresholds(UnaryFunction function) {
    return switch (function) {
      case EXP -> new float[] {0f, 0.3465736f, 88.72284f, -103.97208f, -87.33655f};
      case LOG -> new float[] {0f, 0.75f, 1f, 1.5f, Float.MIN_NORMAL, Float.MAX_VALUE};
      case SOFTPLUS -> new float[] {0f, -0.6931472f, 16.6f, -88f, -103.97208f};
      case TANH -> new float[] {0f, 0.0311f, -0.06f, 0.17328680f, 9.1f, -9.1f};
      case SIGMOID -> new float[] {0f, -16.6f, 88f, -88.376f, -88.5f};
      case SQRT, RECIPROCAL -> new float[] {0f, 1f, Float.MIN_NORMAL, Float.MAX_VALUE};
      case ERF -> new float[] {0f, 1e-30f, 0.5f, -1f, 2.5f, 3.9f, -4f, 6f};
      case SIN, COS -> new float[] {0f, 1.5707964f, -3.1415927f, 6.2831855f, 1e10f};
      case FLOOR -> new float[] {0f, -0f, 1f, -1f, 0x1p22f, 0x1p23f, -0x1p23f};
      case NEGATE, ABS, SQUARE, RELU, STEP, SIGN -> new float[] {0f, -0f, 1f};
    };
  }

  private static void check(TensorBackend backend, UnaryFunction function, float[] x) {
    float[] y = new float[x.length];
    backend.unary(function, x, 0, y, 0, x.length);
    ExactTensor exact =
        (ExactTensor) ExactTensor.of(Shape.of(x.length), x).apply(new Op.Unary(function));
    for (int i = 0; i < x.length; i++) {
      int at = i;
      Samples.assertUlps(
          exact.values()[i],
          y[i],
          Tolerance.ulps(function),
          Tolerance.flushed(function),
          () -> function + " of " + x[at]);
    }
  }

  static Stream<TensorBackend> backends() {
    Catalog catalog = Catalog.load();
    return catalog.names(Kind.BACKEND).stream().map(catalog::backend);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void tanhIsOddAndBoundedByOne(TensorBackend backend) {
    float[] x = new float[1];
    float[] plus = new float[1];
    float[] minus = new float[1];
    for (int bits = 0; bits <= 0x7f800000; bits += 99_991) {
      x[0] = Float.intBitsToFloat(bits);
      backend.unary(UnaryFunction.TANH, x, 0, plus, 0, 1);
      x[0] = -x[0];
      backend.unary(UnaryFunction.TANH, x, 0, minus, 0, 1);
      Samples.assertSameBits(-plus[0], minus[0], () -> "tanh of " + x[0]);
      assertThat(plus[0]).as("tanh of %s", -x[0]).isLessThanOrEqualTo(1);
    }
  }
}
