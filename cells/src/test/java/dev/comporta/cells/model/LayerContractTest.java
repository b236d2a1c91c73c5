package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of every layer of features: values and gradients in double precision, and padding.
 */
class LayerContractTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int I = 4;
  private static final int[] LENGTHS = {3, 5, 1};

  private static Map<String, Spec> layers() {
    Map<String, Spec> specs = new LinkedHashMap<>();
    Spec lstm = Spec.of("recurrent").with("cell", "lstm").with("hidden", 3);
    Spec gru = Spec.of("recurrent").with("cell", "gru").with("hidden", I);
    for (String function : List.of("tanh", "softmax", "log-softmax", "softplus")) {
      specs.put(function, Spec.of("activation").with("function", function));
    }
    specs.put("softmax head", Spec.of("softmax"));
    specs.put("dense", Spec.of("dense").with("units", 3).with("activation", "sigmoid"));
    specs.put("dense without bias", Spec.of("dense").with("units", 3).with("bias", false));
    specs.put("dropout", Spec.of("dropout").with("rate", 0.4));
    specs.put("dropout over time", Spec.of("dropout").with("shared-over-time", true));
    specs.put("layer-norm", Spec.of("layer-norm"));
    specs.put("recurrent", lstm);
    specs.put("recurrent in reverse", lstm.with("reverse", true));
    specs.put("recurrent with zoneout", lstm.with("zoneout", 0.3).with("zoneout-c", 0.4));
    for (String cell : List.of("lstm", "gru", "multiplicative-lstm", "jordan")) {
      Spec dropped = lstm.with("cell", cell).with("weight-drop", 0.4);
      specs.put(cell + " with weight drop", dropped);
      specs.put(cell + " with weight drop in reverse", dropped.with("reverse", true));
    }
    specs.put(
        "all noise at once",
        lstm.with("cell", Spec.of("lstm").with("recurrent-dropout", 0.3))
            .with("weight-drop", 0.4)
            .with("zoneout", 0.2)
            .with("learn-initial-state", true));
    specs.put("recurrent with learned start", lstm.with("learn-initial-state", true));
    for (String merge : List.of("concatenate", "sum", "mean")) {
      specs.put(
          "bidirectional " + merge,
          Spec.of("bidirectional").with("cell", "gru").with("hidden", 3).with("merge", merge));
    }
    specs.put(
        "sequential",
        Spec.of("sequential")
            .with("layers", List.of(lstm, Spec.of("dropout"), gru.with("reverse", true))));
    specs.put("residual", Spec.of("residual").with("layers", List.of(gru)));
    specs.put(
        "highway",
        Spec.of("highway").with("layers", List.of(lstm, Spec.of("dense").with("units", I))));
    specs.put(
        "residual in residual",
        Spec.of("residual")
            .with("layers", List.of(Spec.of("residual").with("layers", List.of(gru)), gru)));
    specs.put("reverse", Spec.of("reverse"));
    for (String mode : List.of("last", "mean", "max")) {
      specs.put("pool-time " + mode, Spec.of("pool-time").with("mode", mode));
    }
    Spec adaptive = Spec.of("adaptive-softmax").with("units", 7).with("divisor", 2);
    specs.put("adaptive softmax", adaptive.with("cutoffs", List.of(3)));
    specs.put(
        "adaptive softmax of clusters",
        adaptive.with("cutoffs", List.of(2, 3, 6)).with("bias", true));
    convolutions(specs);
    for (String returns : List.of("last", "states", "state")) {
      Spec asked = lstm.with("returns", returns);
      specs.put("recurrent, " + returns, asked);
      specs.put("recurrent in reverse, " + returns, asked.with("reverse", true));
      specs.put(
          "bidirectional, " + returns,
          Spec.of("bidirectional").with("cell", "lstm").with("hidden", 2).with("returns", returns));
    }
    Spec stack = Spec.of("stack").with("layer", gru).with("depth", 3).with("dropout", 0.3);
    for (String around : List.of("none", "residual", "highway")) {
      specs.put("stack, " + around, stack.with("around", around));
    }
    specs.put(
        "stack that widens first",
        stack
            .with("layer", Spec.of("dense").with("units", 3).with("activation", "tanh"))
            .with("around", "highway"));
    return specs;
  }

  private static void convolutions(Map<String, Spec> specs) {
    Spec time = Spec.of("conv1d").with("filters", 3);
    specs.put("conv1d", time.with("width", 3).with("activation", "tanh"));
    specs.put("conv1d of even width", time.with("width", 2).with("bias", false));
    specs.put("conv1d without padding", time.with("width", 3).with("padding", "none"));
    specs.put(
        "conv1d strided and dilated",
        time.with("width", 3).with("stride", 2).with("dilation", 2).with("pad", 3));
    Spec causal = time.with("padding", "causal").with("activation", "sigmoid");
    specs.put("conv1d causal", causal.with("width", 3));
    specs.put("conv1d causal of width 1", causal.with("width", 1));
    specs.put("conv1d causal of width 2, dilated", causal.with("width", 2).with("dilation", 2));
    specs.put("conv1d causal, dilated", causal.with("width", 3).with("dilation", 2));
    specs.put("conv1d causal without bias", causal.with("width", 2).with("bias", false));
    Spec picture = Spec.of("conv2d").with("height", 2).with("width", 2).with("filters", 3);
    specs.put("conv2d", picture.with("kernel", 2).with("activation", "tanh"));
    specs.put("conv2d padded", picture.with("kernel", 2).with("pad", 1).with("bias", false));
    specs.put(
        "conv2d of two channels",
        picture.with("width", 1).with("kernel", 1).with("kernel-height", 2).with("stride", 2));
    Spec places = Spec.of("picture-places").with("height", 2).with("width", 1);
    specs.put("picture-places", places);
    specs.put("picture-places without vectors", places.with("place-vectors", false));
    for (String mode : List.of("max", "mean")) {
      specs.put("pool1d " + mode, Spec.of("pool1d").with("width", 2).with("mode", mode));
      specs.put(
          "pool1d overlapping " + mode,
          Spec.of("pool1d").with("width", 3).with("stride", 1).with("mode", mode));
      Spec pool = Spec.of("pool2d").with("height", 2).with("width", 2).with("mode", mode);
      specs.put("pool2d " + mode, pool.with("kernel", 2));
      specs.put(
          "pool2d of two channels " + mode,
          pool.with("width", 1).with("kernel-height", 2).with("kernel-width", 1));
    }
  }

  static Stream<Arguments> specs() {
    return layers().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @Test
  void everyLayerOfFeaturesInTheCatalogIsTried() {
    List<String> tried = layers().values().stream().map(Spec::name).distinct().sorted().toList();
    List<String> known =
        Catalog.load().names(Kind.LAYER).stream()
            .filter(name -> !name.equals("embedding"))
            .toList();
    assertThat(tried).isEqualTo(known);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("specs")
  void valuesAndGradientsAreExact(String name, Spec spec) {
    Layer layer = Cells.layer(spec, I);
    CellContractTest.requireExact(Problem.random(layer, Shape.of(T, B, I), null, true, 3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("specs")
  void valuesAndGradientsWithLengthsAreExact(String name, Spec spec) {
    Layer layer = Cells.layer(spec, I);
    CellContractTest.requireExact(Problem.random(layer, Shape.of(T, B, I), LENGTHS, true, 3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("specs")
  void paddingHasNoEffectOnEarlierTimesteps(String name, Spec spec) {
    Layer layer = Cells.layer(spec, I);
    Problem clean = Problem.random(layer, Shape.of(T, B, I), LENGTHS, false, 3);
    float[] x = clean.values().get("x").clone();
    for (int i = 0; i < T * B; i++) {
      if (i / B >= LENGTHS[i % B]) {
        Arrays.fill(x, i * I, (i + 1) * I, 9);
      }
    }
    float[] expected = output(clean);
    float[] got = output(clean.with(Map.of("x", x)));
    int width = layer.outputSize();
    for (int i = 0; i < expected.length / width; i++) {
      if (i / B < LENGTHS[i % B]) {
        int from = i * width;
        assertThat(Arrays.copyOfRange(got, from, from + width))
            .as("timestep %d of row %d", i / B, i % B)
            .isEqualTo(Arrays.copyOfRange(expected, from, from + width));
      }
    }
  }

  private static float[] output(Problem problem) {
    return TapeRun.of(problem, "reference", Execution.DEFINITION, Map.of()).outputs().get("y");
  }

  /** {@code y[t S + s, b, c] = x[t, b, c S + s] + P[s, c]}, with S = 2 positions and 2 channels. */
  @Test
  void imagePositionsBecomeTimesteps() {
    Spec spec = Spec.of("picture-places").with("height", 1).with("width", 2);
    Problem problem = Problem.random(Cells.layer(spec, I), Shape.of(T, B, I), LENGTHS, false, 3);
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

  static Stream<Arguments> forwards() {
    return layers().entrySet().stream()
        .filter(entry -> readsForwards(entry.getKey(), entry.getValue()))
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  /** Whether a layer's output at a timestep is independent of later timesteps. */
  private static boolean readsForwards(String name, Spec spec) {
    boolean windows = spec.name().startsWith("conv1d") && !name.contains("causal");
    boolean pools = List.of("pool1d", "pool-time").contains(spec.name());
    boolean one = name.endsWith(", last") || name.endsWith(", state");
    boolean back = name.contains("reverse") || spec.name().equals("bidirectional");
    boolean holdsBack = name.equals("sequential");
    return !windows && !pools && !one && !back && !holdsBack;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forwards")
  void aRunMayBeDividedIntoChunks(String name, Spec spec) {
    Problem whole = Problem.random(Cells.layer(spec, I), Shape.of(T, B, I), null, false, 3);
    Map<String, float[]> atOnce = outputs(whole);
    float[] x = whole.values().get("x");
    int cut = 2;
    Map<String, float[]> carried =
        new LinkedHashMap<>(
            outputs(whole.with(Shape.of(cut, B, I), Arrays.copyOf(x, cut * B * I), null)));
    float[] first = carried.remove("y");
    Map<String, float[]> rest =
        outputs(
            whole
                .with(Shape.of(T - cut, B, I), Arrays.copyOfRange(x, cut * B * I, x.length), null)
                .with(carried));
    float[] joined = Arrays.copyOf(first, first.length + rest.get("y").length);
    System.arraycopy(rest.get("y"), 0, joined, first.length, rest.get("y").length);
    assertThat(joined).isEqualTo(atOnce.get("y"));
    carried.keySet().forEach(part -> assertThat(rest.get(part)).isEqualTo(atOnce.get(part)));
  }

  private static Map<String, float[]> outputs(Problem problem) {
    return TapeRun.of(problem, "reference", Execution.PLAN, Map.of()).outputs();
  }

  @Test
  void reversingTwiceChangesNothing() {
    Layer reverse = Cells.layer(Spec.of("reverse"), I);
    Problem once = Problem.random(reverse, Shape.of(T, B, I), LENGTHS, false, 3);
    assertThat(output(once)).isNotEqualTo(once.values().get("x"));
    assertThat(output(once.with(Map.of("x", output(once))))).isEqualTo(once.values().get("x"));
  }

  @Test
  void runningInReverseEqualsReversingBeforeAndAfter() {
    Spec lstm = Spec.of("recurrent").with("cell", "lstm").with("hidden", 3);
    Layer backwards = Cells.layer(lstm.with("reverse", true), I);
    Problem problem = Problem.random(backwards, Shape.of(T, B, I), LENGTHS, false, 3);
    Problem reversed =
        Problem.random(Cells.layer(Spec.of("reverse"), I), Shape.of(T, B, I), LENGTHS, false, 3);
    Problem forwards =
        new Problem(Cells.layer(lstm, I), problem.input(), problem.values(), LENGTHS, false, 3)
            .with(Map.of("x", output(reversed.with(Map.of("x", problem.values().get("x"))))));
    Layer back = Cells.layer(Spec.of("reverse"), 3);
    Problem after =
        Problem.random(back, Shape.of(T, B, 3), LENGTHS, false, 3)
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
    return Problem.random(Cells.layer(spec, I), Shape.of(T, B, I), LENGTHS, false, 3);
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
      Problem problem = Problem.random(layer, Shape.of(T, B, I), lengths, false, 3);
      float[] y = output(problem);
      assertThat(Arrays.copyOf(y, I)).as(mode).containsOnly(0f);
      assertThat(Arrays.copyOfRange(y, 2 * I, 3 * I)).as(mode).containsOnly(0f);
      CellContractTest.requireExact(problem);
    }
  }
}
