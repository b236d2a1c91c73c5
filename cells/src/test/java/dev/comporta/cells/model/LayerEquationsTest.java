package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares layers without a PyTorch reference case with their equations in plain loops. */
class LayerEquationsTest {
  private static final int T = 4;
  private static final int B = 2;
  private static final int I = 4;
  private static final int[] LENGTHS = {4, 2};
  private static final Offset<Double> ROUNDING = offset(2e-6);
  private static final Spec GRU = Spec.of("recurrent").with("cell", "gru").with("hidden", I);

  private static Problem problem(Spec spec, boolean training) {
    return Problems.random(Cells.layer(spec, I), Shape.of(T, B, I), LENGTHS, training, 3);
  }

  private static Map<String, float[]> run(Problem problem) {
    return TapeRun.of(problem, "reference", Execution.PLAN, Map.of()).outputs();
  }

  private static float[] y(Problem problem) {
    return run(problem).get("y");
  }

  /** The values of a layer, under the names in an enclosing layer. */
  private static Problem inside(Problem outer, Spec inner, String prefix, String carry) {
    Problem problem = problem(inner, false);
    problem
        .values()
        .replaceAll((name, own) -> {
          String there =
              name.startsWith("carry.")
                  ? "carry." + carry + name.substring("carry.".length())
                  : name.equals("x") ? name : prefix + name;
          return outer.values().getOrDefault(there, own);
        });
    return problem;
  }

  @ParameterizedTest
  @ValueSource(strings = {"residual", "highway"})
  void residualAndHighwayConnections(String name) {
    Problem around = problem(Spec.of(name).with("layers", List.of(GRU)), false);
    float[] f = y(inside(around, GRU, "layers.0.", "layers.0."));
    float[] x = around.values().get("x");
    float[] y = y(around);
    float[] w = around.values().get("W");
    for (int row = 0; row < T * B; row++) {
      if (row / B >= LENGTHS[row % B]) {
        continue;
      }
      for (int j = 0; j < I; j++) {
        double gate = name.equals("highway") ? around.values().get("b")[j] : 0;
        for (int i = 0; i < I && w != null; i++) {
          gate += x[row * I + i] * w[i * I + j];
        }
        double g = Equations.sigmoid(gate);
        int at = row * I + j;
        double expected =
            name.equals("highway") ? g * f[at] + (1 - g) * x[at] : (double) x[at] + f[at];
        assertThat((double) y[at]).isCloseTo(expected, ROUNDING);
      }
    }
  }

  /** Layers without a state say the same in every step: that of the last timestep. */
  @Test
  void aDecoderReadsTheLastTimestepInEveryStep() {
    Spec dense = Spec.of("dense").with("units", 2);
    Problem problem =
        problem(Spec.of("step-decoder").with("steps", 3).with("layers", List.of(dense)), false);
    float[] x = problem.values().get("x");
    float[] w = problem.values().get("layers.0.W");
    float[] y = y(problem);
    for (int row = 0; row < B; row++) {
      int last = LENGTHS[row] - 1;
      for (int at = 0; at < 6; at++) {
        double expected = problem.values().get("layers.0.b")[at % 2];
        for (int i = 0; i < I; i++) {
          expected += x[(last * B + row) * I + i] * w[i * 2 + at % 2];
        }
        assertThat((double) y[row * 6 + at]).isCloseTo(expected, ROUNDING);
      }
    }
  }

  /** Three lags of a row of two timesteps: the third one counts as zeros. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLinearFunctionOfTheLastTimestepsNextToLayers(boolean centered) {
    Spec pool = Spec.of("pool-time").with("mode", "mean");
    Spec dense = Spec.of("dense").with("units", 2);
    Problem problem =
        problem(
            Spec.of("autoregressive")
                .with("lags", 3)
                .with("units", 2)
                .with("centered", centered)
                .with("layers", List.of(pool, dense)),
            false);
    float[] x = problem.values().get("x");
    float[] w = problem.values().get("W");
    float[] b = problem.values().get("b");
    float[] inner = problem.values().get("layers.1.W");
    float[] y = y(problem);
    for (int row = 0; row < B; row++) {
      int last = LENGTHS[row] - 1;
      for (int o = 0; o < 2; o++) {
        double expected = b[o] + problem.values().get("layers.1.b")[o];
        for (int i = 0; i < I; i++) {
          double mean = 0;
          for (int t = 0; t <= last; t++) {
            mean += x[(t * B + row) * I + i] / (double) LENGTHS[row];
          }
          double read = centered ? mean - x[(last * B + row) * I + i] : mean;
          expected += read * inner[i * 2 + o];
          for (int k = 0; k < 3 && k <= last; k++) {
            expected += x[((last - k) * B + row) * I + i] * w[(k * I + i) * 2 + o];
          }
        }
        assertThat((double) y[row * 2 + o]).isCloseTo(expected, ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"concatenate", "sum", "mean"})
  void bothDirections(String merge) {
    Spec spec = Spec.of("bidirectional").with("cell", "gru").with("hidden", I).with("merge", merge);
    Problem both = problem(spec, false);
    float[] ahead = y(named(both, "forward.", false));
    float[] back = y(named(both, "backward.", true));
    float[] y = y(both);
    DoubleBinaryOperator merged = merge.equals("sum") ? Double::sum : (a, b) -> 0.5 * (a + b);
    for (int row = 0; row < T * B; row++) {
      for (int j = 0; j < I; j++) {
        int at = row * I + j;
        if (merge.equals("concatenate")) {
          assertThat(y[row * 2 * I + j]).isEqualTo(ahead[at]);
          assertThat(y[row * 2 * I + I + j]).isEqualTo(back[at]);
        } else {
          assertThat((double) y[at]).isCloseTo(merged.applyAsDouble(ahead[at], back[at]), ROUNDING);
        }
      }
    }
  }

  /** One direction as a layer of its own. */
  private static Problem named(Problem both, String direction, boolean reverse) {
    Problem one = problem(GRU.with("reverse", reverse), false);
    one.values()
        .replaceAll((name, own) -> {
          String there =
              name.startsWith("carry.")
                  ? "carry." + direction + name.substring("carry.".length())
                  : name.replace("cell.", direction);
          return both.values().getOrDefault(there, own);
        });
    return one;
  }

  @ParameterizedTest
  @ValueSource(strings = {"last", "mean", "max"})
  void poolingOverTime(String mode) {
    Problem problem = problem(Spec.of("pool-time").with("mode", mode), false);
    float[] x = problem.values().get("x");
    float[] y = y(problem);
    for (int b = 0; b < B; b++) {
      for (int j = 0; j < I; j++) {
        double[] column = new double[LENGTHS[b]];
        for (int t = 0; t < column.length; t++) {
          column[t] = x[(t * B + b) * I + j];
        }
        double expected =
            switch (mode) {
              case "last" -> column[column.length - 1];
              case "mean" -> Arrays.stream(column).average().orElseThrow();
              default -> Arrays.stream(column).max().orElseThrow();
            };
        assertThat((double) y[b * I + j]).isCloseTo(expected, ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"max", "mean"})
  void windowsOfTimeAndImages(String mode) {
    Problem time =
        problem(Spec.of("pool1d").with("width", 2).with("stride", 1).with("mode", mode), false);
    float[] x = time.values().get("x");
    float[] y = y(time);
    for (int t = 0; t + 1 < T; t++) {
      for (int j = 0; j < I; j++) { // the first row, which has no padding
        double a = x[t * B * I + j];
        double b = x[(t + 1) * B * I + j];
        double expected = mode.equals("max") ? Math.max(a, b) : (a + b) / 2;
        assertThat((double) y[t * B * I + j]).isCloseTo(expected, ROUNDING);
      }
    }
    Spec pool = Spec.of("pool2d").with("height", 2).with("width", 2).with("kernel", 2);
    Problem picture = problem(pool.with("mode", mode), false);
    float[] pixels = picture.values().get("x");
    float[] answers = y(picture);
    for (int row = 0; row < T * B; row++) {
      double most = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int i = 0; i < I; i++) {
        most = Math.max(most, pixels[row * I + i]);
        sum += pixels[row * I + i];
      }
      assertThat((double) answers[row]).isCloseTo(mode.equals("max") ? most : sum / 4, ROUNDING);
    }
  }

  /** Different strides, dilations and padding per axis: {@code [C, 5, 4] -> [O, 2, 4]}. */
  @Test
  void convolutionsWithDifferentAxes() {
    int channels = 2;
    int height = 5;
    int width = 4;
    Spec spec =
        Spec.of("conv2d")
            .with("height", height)
            .with("width", width)
            .with("filters", 3)
            .with("kernel-height", 2)
            .with("kernel-width", 3)
            .with("stride-height", 2)
            .with("dilation-height", 2)
            .with("dilation-width", 2)
            .with("stride-width", 1)
            .with("pad-width", 2);
    int pixels = channels * height * width;
    Problem problem =
        Problems.random(Cells.layer(spec, pixels), Shape.of(1, 2, pixels), null, false, 3);
    float[] x = problem.values().get("x");
    float[] w = problem.values().get("W");
    float[] y = y(problem);
    int rows = 2;
    int columns = 4;
    assertThat(y).hasSize(2 * 3 * rows * columns);
    for (int at = 0; at < y.length; at++) {
      int b = at / (3 * rows * columns);
      int o = at / (rows * columns) % 3;
      int i = at / columns % rows;
      int j = at % columns;
      double expected = problem.values().get("b")[o];
      for (int tap = 0; tap < channels * 2 * 3; tap++) {
        int c = tap / 6;
        int row = 2 * i + 2 * (tap / 3 % 2);
        int column = j + 2 * (tap % 3) - 2;
        if (column >= 0 && column < width) {
          int from = b * pixels + (c * height + row) * width + column;
          expected += (double) x[from] * w[tap * 3 + o];
        }
      }
      assertThat((double) y[at]).isCloseTo(expected, ROUNDING);
    }
  }

  /**
   * Windows over the timesteps of rows with lengths 5 and 2, over images of {@code [C, 3, 2]}: tap
   * m of window t reads timestep {@code t * stride + m * dilation - before}.
   */
  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, same, -1, 1",
    "2, 1, 1, same, -1, 0",
    "3, 2, 1, same, -1, 1",
    "2, 1, 2, none, -1, 0",
    "2, 2, 1, none, 1, 1",
    "3, 1, 1, causal, -1, 2",
    "3, 1, 2, causal, -1, 4",
    "2, 1, 2, causal, -1, 2",
    "1, 1, 1, causal, -1, 0",
  })
  void convolutionsOverTimeAndImages(
      int kernel, int stride, int dilation, String padding, int pad, int before) {
    int channels = 2;
    int height = 3;
    int width = 2;
    int filters = 3;
    int pixels = channels * height * width;
    Spec plain =
        Spec.of("conv3d")
            .with("height", height)
            .with("width", width)
            .with("filters", filters)
            .with("kernel", 2)
            .with("pad-height", 1)
            .with("stride-height", 2)
            .with("kernel-time", kernel)
            .with("stride-time", stride)
            .with("dilation-time", dilation)
            .with("padding-time", padding);
    Spec spec = pad < 0 ? plain : plain.with("pad-time", pad);
    int[] lengths = {5, 2};
    Problem problem =
        Problems.random(Cells.layer(spec, pixels), Shape.of(5, 2, pixels), lengths, false, 3);
    problem.values().computeIfPresent("carry.past", (_, past) -> new float[past.length]);
    float[] x = problem.values().get("x");
    float[] w = problem.values().get("W");
    float[] y = y(problem);
    int rows = 2;
    int size = filters * rows; // one column
    int after =
        padding.equals("causal")
            ? 0
            : padding.equals("none") || pad >= 0
                ? Math.max(pad, 0)
                : (kernel - 1) * dilation - before;
    int compared = 0;
    for (int b = 0; b < 2; b++) {
      int room = lengths[b] + before + after - (kernel - 1) * dilation - 1;
      for (int t = 0; room >= 0 && t <= room / stride; t++) {
        for (int at = 0; at < size; at++) {
          double expected = problem.values().get("b")[at / rows];
          for (int tap = 0; tap < kernel * channels * 4; tap++) {
            int from = t * stride + tap / (channels * 4) * dilation - before;
            int c = tap / 4 % channels;
            int i = at % rows * 2 + tap / 2 % 2 - 1;
            int j = tap % 2;
            if (from >= 0 && from < lengths[b] && i >= 0 && i < height) {
              int pixel = (from * 2 + b) * pixels + (c * height + i) * width + j;
              expected += (double) x[pixel] * w[tap * filters + at / rows];
            }
          }
          assertThat((double) y[(t * 2 + b) * size + at])
              .as("window %d of row %d, output %d", t, b, at)
              .isCloseTo(expected, ROUNDING);
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(3 * size);
  }

  /** The stride defaults to the kernel size in both directions, for a kernel that is not square. */
  @Test
  void poolingStrideDefaultsToTheKernel() {
    Spec pool = Spec.of("pool2d").with("height", 2).with("width", 6);
    Spec flat = pool.with("kernel-height", 1).with("kernel-width", 3);
    assertThat(Cells.layer(flat, 12).outputSize()).isEqualTo(2 * 2);
    assertThat(Cells.layer(flat.with("stride-width", 1), 12).outputSize()).isEqualTo(2 * 4);
  }

  @Test
  void adaptiveSoftmaxIsADistributionOfItsHeadAndClusters() {
    int[] cutoffs = {2, 5, 7};
    Problem problem =
        problem(
            Spec.of("adaptive-softmax")
                .with("units", 7)
                .with("divisor", 2)
                .with("cutoffs", List.of(2, 5)),
            false);
    Map<String, double[]> parameters = new LinkedHashMap<>();
    problem.values().forEach((name, values) -> parameters.put(name, doubles(values)));
    Equations equations = new Equations(parameters, I);
    double[] x = parameters.get("x");
    float[] y = y(problem);
    for (int row = 0; row < T * B; row++) {
      double[] in = Arrays.copyOfRange(x, row * I, (row + 1) * I);
      double[] head = probabilities(equations.product(in, "W"));
      double[] p = Arrays.copyOf(head, 7);
      for (int cluster = 1; cluster <= 2; cluster++) {
        double[] low = equations.product(in, "P." + cluster);
        double[] within = probabilities(equations.product(low, "W." + cluster));
        for (int i = 0; i < within.length; i++) {
          p[cutoffs[cluster - 1] + i] = head[1 + cluster] * within[i];
        }
      }
      assertThat(Arrays.stream(p).sum()).isCloseTo(1, offset(1e-12));
      for (int v = 0; v < 7; v++) {
        assertThat((double) y[row * 7 + v]).isCloseTo(Math.log(p[v]), ROUNDING);
      }
    }
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  private static double[] probabilities(double[] logits) {
    double all = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(v -> Math.exp(v) / all).toArray();
  }

  /** Outside training, zoneout uses its expectation: {@code rate * s + (1 - rate) * s'}. */
  @Test
  void zoneoutMixesOldAndNewOutsideTraining() {
    Spec rnn = Spec.of("recurrent").with("cell", "rnn").with("hidden", I);
    Problem zoned = problem(rnn.with("zoneout", 0.3), false);
    Problem plain = problem(rnn, false);
    Shape one = Shape.of(1, B, I);
    float[] x = Arrays.copyOf(zoned.values().get("x"), B * I);
    float[] before = zoned.values().get("carry.h");
    float[] after = y(plain.with(one, x, null));
    float[] got = y(zoned.with(one, x, null));
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i]).isCloseTo(0.3 * before[i] + 0.7 * after[i], ROUNDING);
    }
  }

  /** In training, each unit keeps its previous value at the given rate. */
  @Test
  void zoneoutKeepsAPartOfTheUnitsInTraining() {
    Spec rnn = Spec.of("recurrent").with("cell", "rnn").with("hidden", 400);
    Shape one = Shape.of(1, B, I);
    Problem zoned = Problems.random(Cells.layer(rnn.with("zoneout", 0.3), I), one, null, true, 3);
    Problem plain = Problems.random(Cells.layer(rnn, I), one, null, true, 3);
    float[] before = zoned.values().get("carry.h");
    float[] after = y(plain);
    float[] got = y(zoned);
    int kept = 0;
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).isIn(before[i], after[i]);
      kept += got[i] == before[i] ? 1 : 0;
    }
    assertThat((double) kept / got.length).isCloseTo(0.3, offset(0.06)); // 3.7 standard deviations
  }

  /** Dropout scales the remaining values so that the expectation is unchanged. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dropoutKeepsTheExpectation(boolean shared) {
    Spec spec = Spec.of("dropout").with("rate", 0.25).with("shared-over-time", shared);
    int size = 400;
    Problem problem = Problems.random(Cells.layer(spec, size), Shape.of(3, B, size), null, true, 3);
    float[] x = problem.values().get("x");
    float[] y = y(problem);
    int dropped = 0;
    for (int i = 0; i < x.length; i++) {
      boolean gone = y[i] == 0;
      dropped += gone ? 1 : 0;
      if (!gone) {
        assertThat((double) y[i]).isCloseTo(x[i] / 0.75, offset(1e-6 * Math.abs(x[i])));
      }
      if (shared) {
        assertThat(gone).isEqualTo(y[i % (B * size)] == 0);
      }
    }
    assertThat((double) dropped / x.length).isCloseTo(0.25, offset(0.06));
  }
}
