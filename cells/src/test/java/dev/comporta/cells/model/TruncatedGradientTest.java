package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The truncated gradient of the first LSTM: that of equations in which the values that enter a gate
 * or the candidate are numbers, remembered from a run before.
 */
class TruncatedGradientTest {
  private static final int T = 4;
  private static final int B = 2;
  private static final int I = 3;
  private static final int H = 5;
  private static final double STEP = 1e-6;
  private static final Spec CELL =
      Spec.of("lstm").with("variant", "vanilla").with("truncated-gradient", true);

  private static Problem problem(Spec cell) {
    return Problems.random(Cells.recurrent(cell, I, H), Shape.of(T, B, I), null, false, 31);
  }

  /** What entered gates and candidate at a timestep: h, c and c', of all rows. */
  private record Entered(double[] h, double[] c, double[] cNext) {}

  /** The sum of all outputs, weighted; {@code entered} is filled at first and read afterwards. */
  private static double loss(
      Map<String, double[]> values, float[] weights, Entered[] entered, boolean first) {
    double[] h = values.get("carry.h").clone();
    double[] c = values.get("carry.c").clone();
    double loss = 0;
    for (int t = 0; t < T; t++) {
      double[] hNext = new double[B * H];
      double[] cNext = new double[B * H];
      Entered seen = first ? new Entered(h, c, cNext) : entered[t];
      for (int row = 0; row < B; row++) {
        for (int j = 0; j < H; j++) {
          double[] a = new double[4]; // i f g o
          for (int gate = 0; gate < 4; gate++) {
            int column = gate * H + j;
            a[gate] = values.get("cell.b")[column];
            for (int k = 0; k < I; k++) {
              a[gate] +=
                  values.get("x")[(t * B + row) * I + k] * values.get("cell.W")[k * 4 * H + column];
            }
            for (int k = 0; k < H; k++) {
              a[gate] += seen.h[row * H + k] * values.get("cell.U")[k * 4 * H + column];
            }
          }
          double[] p = values.get("cell.p"); // i f o
          int at = row * H + j;
          double i = Equations.sigmoid(a[0] + p[j] * seen.c[at]);
          double f = Equations.sigmoid(a[1] + p[H + j] * seen.c[at]);
          cNext[at] = f * c[at] + i * Math.tanh(a[2]);
          double o = Equations.sigmoid(a[3] + p[2 * H + j] * (first ? cNext[at] : seen.cNext[at]));
          hNext[at] = o * Math.tanh(cNext[at]);
          loss += weights[t * B * H + at] * hNext[at];
        }
      }
      if (first) {
        entered[t] = seen;
      }
      h = hNext;
      c = cNext;
    }
    return loss;
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void errorsFlowThroughTheCellStateOnly(Execution execution) {
    Problem problem = problem(CELL);
    float[] weights = Problem.normal(T * B * H, 1, problem.random(), "weights");
    Map<String, float[]> gradients =
        TapeRun.of(problem, "reference", execution, Map.of("y", weights)).gradients();
    Map<String, double[]> values = new LinkedHashMap<>();
    problem
        .values()
        .forEach((name, floats) -> {
          double[] copy = new double[floats.length];
          for (int i = 0; i < copy.length; i++) {
            copy[i] = floats[i];
          }
          values.put(name, copy);
        });
    Entered[] entered = new Entered[T];
    loss(values, weights, entered, true);
    values.forEach((name, numbers) -> {
      double[] expected = new double[numbers.length];
      for (int i = 0; i < expected.length; i++) {
        double before = numbers[i];
        numbers[i] = before + STEP;
        double above = loss(values, weights, entered, false);
        numbers[i] = before - STEP;
        expected[i] = (above - loss(values, weights, entered, false)) / (2 * STEP);
        numbers[i] = before;
      }
      RelativeError.require(
          "gradient of " + name, gradients.get(name), expected, RelativeError.GRADIENT);
    });
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void theValuesAreThoseOfTheFullGradient(Execution execution) {
    Map<String, float[]> truncated =
        TapeRun.of(problem(CELL), "reference", execution, Map.of()).outputs();
    Map<String, float[]> full =
        TapeRun.of(
                problem(Spec.of("lstm").with("variant", "vanilla")),
                "reference",
                execution,
                Map.of())
            .outputs();
    full.forEach((name, expected) -> assertThat(truncated.get(name)).as(name).isEqualTo(expected));
  }
}
