package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.testkit.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What single layers promise beyond the contract of all layers, which module kit tests. */
class LayerPropertiesTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int I = 4;
  private static final int[] LENGTHS = {3, 5, 1};

  private static float[] output(Problem problem) {
    return TapeRun.of(problem, "reference", Execution.DEFINITION, Map.of()).outputs().get("y");
  }

  /** {@code y[t S + s, b, c] = x[t, b, c S + s] + P[s, c]}, with S = 2 positions and 2 channels. */
  @Test
  void imagePositionsBecomeTimesteps() {
    Spec spec = Spec.of("picture-places").with("height", 1).with("width", 2);
    Problem problem = Problems.random(Cells.layer(spec, I), Shape.of(T, B, I), LENGTHS, false, 3);
    float[] x = problem.values().get("x");
    float[] p = problem.values().get("P");
    float[] y = output(problem);
    assertThat(y).hasSize(x.length);
    for (int t = 0; t < T; t++) {
      for (int b = 0; b < B; b++) {
        for (int i = 0; i < I; i++) {
          int s = i % 2;
          int c = i / 2;
          assertThat(y[((t * 2 + s) * B + b) * 2 + c])
              .as("timestep %d, row %d, place %d, channel %d", t, b, s, c)
              .isEqualTo(x[(t * B + b) * I + i] + p[s * 2 + c]);
        }
      }
    }
  }

  /** Each position has its channels, then its row and its column, from -1 to 1. */
  @Test
  void imagePositionsHaveCoordinates() {
    Spec spec =
        Spec.of("picture-places")
            .with("height", 2)
            .with("width", 3)
            .with("place-vectors", false)
            .with("coordinates", true);
    int features = 2 * 2 * 3;
    Problem problem =
        Problems.random(Cells.layer(spec, features), Shape.of(T, B, features), LENGTHS, false, 3);
    float[] x = problem.values().get("x");
    float[] y = output(problem);
    assertThat(y).hasSize(T * B * 6 * 4);
    double[] rows = {-1 / 2.0, 1 / 2.0};
    double[] columns = {-2 / 3.0, 0, 2 / 3.0};
    for (int i = 0; i < y.length; i++) {
      int feature = i % 4;
      int b = i / 4 % B;
      int s = i / 4 / B % 6;
      int t = i / 4 / B / 6;
      double wanted =
          switch (feature) {
            case 2 -> rows[s / 3];
            case 3 -> columns[s % 3];
            default -> x[(t * B + b) * features + feature * 6 + s];
          };
      assertThat((double) y[i])
          .as("timestep %d, row %d, place %d, feature %d", t, b, s, feature)
          .isCloseTo(wanted, within(1e-6));
    }
  }

  @Test
  void reversingTwiceChangesNothing() {
    Layer reverse = Cells.layer(Spec.of("reverse"), I);
    Problem once = Problems.random(reverse, Shape.of(T, B, I), LENGTHS, false, 3);
    assertThat(output(once)).isNotEqualTo(once.values().get("x"));
    assertThat(output(once.with(Map.of("x", output(once))))).isEqualTo(once.values().get("x"));
  }

  @Test
  void runningInReverseEqualsReversingBeforeAndAfter() {
    Spec lstm = Spec.of("recurrent").with("cell", "lstm").with("hidden", 3);
    Layer backwards = Cells.layer(lstm.with("reverse", true), I);
    Problem problem = Problems.random(backwards, Shape.of(T, B, I), LENGTHS, false, 3);
    Problem reversed =
        Problems.random(Cells.layer(Spec.of("reverse"), I), Shape.of(T, B, I), LENGTHS, false, 3);
    Problem forwards =
        new Problem(
                Cells.layer(lstm, I),
                problem.input(),
                null,
                problem.values(),
                LENGTHS,
                false,
                new CounterRandom(3))
            .with(Map.of("x", output(reversed.with(Map.of("x", problem.values().get("x"))))));
    Layer back = Cells.layer(Spec.of("reverse"), 3);
    Problem after =
        Problems.random(back, Shape.of(T, B, 3), LENGTHS, false, 3)
            .with(Map.of("x", output(forwards)));
    assertThat(output(problem)).isEqualTo(output(after));
  }

  private static Problem lstm(String returns, boolean reverse) {
    Spec spec =
        Spec.of("recurrent")
            .with("cell", "lstm")
            .with("hidden", 3)
            .with("returns", returns)
            .with("reverse", reverse);
    return Problems.random(Cells.layer(spec, I), Shape.of(T, B, I), LENGTHS, false, 3);
  }

  @Test
  void allReturnOptionsAgree() {
    for (boolean reverse : new boolean[] {false, true}) {
      Map<String, float[]> all =
          TapeRun.of(lstm("sequence", reverse), "reference", Execution.DEFINITION, Map.of())
              .outputs();
      float[] last = output(lstm("last", reverse));
      float[] states = output(lstm("states", reverse));
      float[] state = output(lstm("state", reverse));
      for (int b = 0; b < B; b++) {
        int end = ((reverse ? 0 : LENGTHS[b] - 1) * B + b) * 3;
        float[] h = Arrays.copyOfRange(all.get("carry.h"), b * 3, b * 3 + 3);
        float[] c = Arrays.copyOfRange(all.get("carry.c"), b * 3, b * 3 + 3);
        assertThat(Arrays.copyOfRange(last, b * 3, b * 3 + 3))
            .isEqualTo(h)
            .isEqualTo(Arrays.copyOfRange(all.get("y"), end, end + 3));
        for (float[] both :
            List.of(
                Arrays.copyOfRange(state, b * 6, b * 6 + 6),
                Arrays.copyOfRange(states, 2 * end, 2 * end + 6))) {
          assertThat(Arrays.copyOf(both, 3)).isEqualTo(h);
          assertThat(Arrays.copyOfRange(both, 3, 6)).isEqualTo(c);
        }
      }
    }
  }

  @Test
  void emptyRowsPoolToZeros() {
    int[] lengths = {0, 5, 0};
    for (String mode : List.of("last", "mean", "max")) {
      Layer layer = Cells.layer(Spec.of("pool-time").with("mode", mode), I);
      Problem problem = Problems.random(layer, Shape.of(T, B, I), lengths, false, 3);
      float[] y = output(problem);
      assertThat(Arrays.copyOf(y, I)).as(mode).containsOnly(0f);
      assertThat(Arrays.copyOfRange(y, 2 * I, 3 * I)).as(mode).containsOnly(0f);
      Exactness.require(problem);
    }
  }
}
