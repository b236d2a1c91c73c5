package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares NADE with its equations, value by value, and its probabilities with 1. */
class NadeLayerTest {
  private static final int F = 2;
  private static final int H = 5;
  private static final Offset<Double> ROUNDING = offset(5e-6);

  private static Spec nade(int units) {
    return Spec.of("nade")
        .with("units", units)
        .with("hidden", H)
        .with("layers", List.of(Spec.of("dense").with("units", F).with("activation", "tanh")));
  }

  /** Every combination of the values in a row of its own, at three timesteps. */
  private static Problem everyCombination(Spec spec, int units) {
    int rows = 1 << units;
    int size = 3 + units;
    Problem problem =
        Problems.random(Cells.layer(spec, size), Shape.of(3, rows, size), null, false, 3);
    float[] x = problem.values().get("x");
    for (int at = 0; at < 3 * rows; at++) {
      for (int i = 0; i < 3; i++) { // what every row has read is the same
        x[at * size + i] = x[at / rows * rows * size + i];
      }
      for (int i = 0; i < units; i++) {
        x[at * size + 3 + i] = at % rows >> i & 1;
      }
    }
    return problem;
  }

  private static float[] run(Problem problem, String backend) {
    return TapeRun.of(problem, backend, Execution.PLAN, Map.of()).outputs().get("y");
  }

  @ParameterizedTest
  @CsvSource({"6, 5, reference", "6, 2, simd", "5, 0, reference", "1, 0, simd"})
  void logitsAreThoseOfTheEquationsAndProbabilitiesSumToOne(int units, int memory, String backend) {
    Problem problem = everyCombination(nade(units).with("memory", memory), units);
    float[] y = run(problem, backend);
    int rows = 1 << units;
    for (int t = 0; t < 3; t++) {
      double all = 0;
      for (int row = 0; row < rows; row++) {
        double probability = 1;
        for (int i = 0; i < units; i++) {
          int at = t * rows + row;
          double expected = logit(problem, at, i, units, memory);
          double actual = y[at * units + i];
          assertThat(actual).as("value %d of row %d", i, row).isCloseTo(expected, ROUNDING);
          double on = 1 / (1 + Math.exp(-actual));
          probability *= (row >> i & 1) == 1 ? on : 1 - on;
        }
        all += probability;
      }
      assertThat(all).isCloseTo(1, ROUNDING);
    }
  }

  /** {@code c_i + (u C)_i + V_i . sigmoid(b + u A + sum over j < i of v_j W_j)}, in double. */
  private static double logit(Problem problem, int at, int i, int units, int memory) {
    Map<String, float[]> p = problem.values();
    int size = 3 + units;
    double[] u = new double[F];
    for (int f = 0; f < F; f++) {
      double sum = p.get("layers.0.b")[f];
      for (int j = 0; j < 3; j++) {
        sum += p.get("x")[at * size + j] * p.get("layers.0.W")[j * F + f];
      }
      u[f] = Math.tanh(sum);
    }
    double logit = p.get("c")[i];
    for (int f = 0; f < F; f++) {
      logit += u[f] * p.get("C")[f * units + i];
    }
    for (int h = 0; h < H; h++) {
      double a = p.get("b")[h];
      for (int f = 0; f < F; f++) {
        a += u[f] * p.get("A")[f * H + h];
      }
      int ones = 0;
      for (int j = 0; j < i && ones < memory; j++) {
        float v = p.get("x")[at * size + 3 + j];
        a += v * p.get("W")[j * H + h];
        ones += (int) v;
      }
      logit += p.get("V")[i * H + h] / (1 + Math.exp(-a));
    }
    return logit;
  }

  /** With enough memory for the ones that occur, less memory gives the same. */
  @Test
  void memoryBeyondTheOnesChangesNothing() {
    int units = 4;
    float[] whole = run(everyCombination(nade(units), units), "reference");
    float[] some = run(everyCombination(nade(units).with("memory", 2), units), "reference");
    for (int at = 0; at < whole.length; at++) {
      if (Integer.bitCount(at / units % (1 << units)) <= 2) {
        assertThat(some[at]).isEqualTo(whole[at]);
      }
    }
    assertThat(some).isNotEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void sizesThatDoNotFitAreRefused(int inputSize) {
    assertThatThrownBy(() -> Cells.layer(nade(4), inputSize))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[nade] expected more input features than the 4 values, which are the last of them, but got "
                + inputSize);
    assertThatThrownBy(() -> Cells.layer(nade(2).with("memory", 2), inputSize))
        .hasMessage(
            "[nade] option 'memory' expected at most 1, the values before the last one, but got 2");
  }
}
