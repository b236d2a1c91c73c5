package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.LearnedInitialState;
import dev.comporta.cells.ZoneoutCell;
import dev.comporta.cells.plan.CellPlan;
import dev.comporta.testkit.RelativeError;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of every cell: values and gradients match its step in double precision, padding has
 * no effect, rows are independent, and a run can be divided into two chunks.
 */
class CellContractTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int I = 4;
  private static final int H = 5;
  private static final int[] LENGTHS = {3, 5, 1};

  static Stream<Arguments> cells() {
    return Cells.all().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  static Stream<Arguments> noisyCells() {
    return Cells.noisy().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  private static Problem problem(Spec cell, int @Nullable [] lengths) {
    Layer layer = Cells.recurrent(cell, I, H);
    return Problem.random(layer, Shape.of(T, B, I), lengths, false, 7);
  }

  static Map<String, float[]> cotangents(Map<String, double[]> outputs) {
    Map<String, float[]> cotangents = new LinkedHashMap<>();
    outputs.forEach((name, values) ->
        cotangents.put(name, Problem.normal(values.length, 1, 11, "cotangent." + name)));
    return cotangents;
  }

  static void requireExact(Problem problem) {
    Map<String, double[]> exact = ExactRun.outputs(problem);
    Map<String, float[]> cotangents = cotangents(exact);
    Map<String, double[]> gradients = new LinkedHashMap<>();
    for (String name : problem.values().keySet()) {
      gradients.put(name, ExactRun.gradient(problem, name, cotangents));
    }
    everywhere(
        problem,
        exact,
        cotangents,
        (where, run) ->
            gradients.forEach((name, values) ->
                RelativeError.require(
                    where + "gradient of " + name, run.get(name), values, RelativeError.GRADIENT)));
  }

  /**
   * Runs a problem on every backend, by plan and by definition, and compares its outputs with the
   * exact ones.
   *
   * @param gradients checks the gradients of each run, given a description of the run
   */
  static void everywhere(
      Problem problem,
      Map<String, double[]> exact,
      Map<String, float[]> cotangents,
      BiConsumer<String, Map<String, float[]>> gradients) {
    for (String backend : Catalog.load().names(Kind.BACKEND)) {
      for (Execution execution : Execution.values()) {
        TapeRun run = TapeRun.of(problem, backend, execution, cotangents);
        String where = "%s on %s: ".formatted(execution, backend);
        exact.forEach((name, values) ->
            RelativeError.require(
                where + name, run.outputs().get(name), values, RelativeError.OUTPUT));
        gradients.accept(where, run.gradients());
      }
    }
  }

  @Test
  void everyCellOfTheCatalogIsTried() {
    assertThat(Cells.all().values().stream().map(Spec::name).distinct().sorted())
        .isEqualTo(Catalog.load().names(Kind.CELL));
  }

  @Test
  void everyCellHasAPlan() {
    Stream.concat(Cells.all().values().stream(), Cells.noisy().values().stream())
        .map(spec -> Catalog.load().cell(spec, I, H))
        .flatMap(cell ->
            Stream.of(
                cell,
                ZoneoutCell.of(cell, cell.state().getFirst().name(), 0.2f),
                LearnedInitialState.of(cell)))
        .forEach(cell -> {
          assertThat(CellPlan.of(cell, true, true)).as(cell.toString()).isNotNull();
          assertThat(CellPlan.of(cell, false, false)).as(cell.toString()).isNotNull();
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void valuesAndGradientsAreThoseOfTheStepInDouble(String name, Spec cell) {
    requireExact(problem(cell, null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void lengthsAreRespected(String name, Spec cell) {
    requireExact(problem(cell, LENGTHS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noisyCells")
  void dropoutUsesTheGivenMasks(String name, Spec cell) {
    Layer layer = Cells.recurrent(cell, I, H);
    requireExact(Problem.random(layer, Shape.of(T, B, I), LENGTHS, true, 7));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noisyCells")
  void thereIsNoDropoutOutsideTraining(String name, Spec cell) {
    Spec quiet = Spec.of(cell.name());
    Object reset = cell.options().get("reset");
    Object variant = cell.options().get("variant");
    quiet = reset == null ? quiet : quiet.with("reset", reset);
    quiet = variant == null ? quiet : quiet.with("variant", variant);
    assertThat(run(problem(cell, null)).get("y")).isEqualTo(run(problem(quiet, null)).get("y"));
  }

  private static Map<String, float[]> run(Problem problem) {
    return TapeRun.of(problem, "reference", Execution.DEFINITION, Map.of()).outputs();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void paddingHasNoEffect(String name, Spec cell) {
    Problem clean = problem(cell, LENGTHS);
    float[] x = clean.values().get("x").clone();
    for (int t = 0; t < T; t++) {
      for (int b = 0; b < B; b++) {
        if (t >= LENGTHS[b]) {
          Arrays.fill(x, (t * B + b) * I, (t * B + b + 1) * I, 9);
        }
      }
    }
    Problem dirty = clean.with(Map.of("x", x));
    Map<String, float[]> cotangents = cotangents(ExactRun.outputs(clean));
    for (Execution execution : Execution.values()) {
      TapeRun expected = TapeRun.of(clean, "reference", execution, cotangents);
      TapeRun got = TapeRun.of(dirty, "reference", execution, cotangents);
      expected
          .outputs()
          .forEach((output, values) -> assertThat(got.outputs().get(output)).isEqualTo(values));
      expected
          .gradients()
          .forEach((input, values) -> assertThat(got.gradients().get(input)).isEqualTo(values));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void aRunMayBeDividedIntoChunks(String name, Spec cell) {
    Problem whole = problem(cell, null);
    Map<String, float[]> atOnce = run(whole);
    float[] x = whole.values().get("x");
    int cut = 2;
    Map<String, float[]> first =
        run(whole.with(Shape.of(cut, B, I), Arrays.copyOf(x, cut * B * I), null));
    Map<String, float[]> carried = new LinkedHashMap<>(first);
    float[] y = carried.remove("y");
    Problem rest =
        whole
            .with(Shape.of(T - cut, B, I), Arrays.copyOfRange(x, cut * B * I, x.length), null)
            .with(carried);
    Map<String, float[]> second = run(rest);
    float[] joined = Arrays.copyOf(y, y.length + second.get("y").length);
    System.arraycopy(second.get("y"), 0, joined, y.length, second.get("y").length);
    assertThat(joined).isEqualTo(atOnce.get("y"));
    carried.keySet().forEach(part -> assertThat(second.get(part)).isEqualTo(atOnce.get(part)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void rowsAreIndependent(String name, Spec cell) {
    Problem problem = problem(cell, null);
    float[] x = problem.values().get("x").clone();
    for (int t = 0; t < T; t++) {
      Arrays.fill(x, t * B * I, t * B * I + I, 3 + t);
    }
    float[] expected = run(problem).get("y");
    float[] got = run(problem.with(Map.of("x", x))).get("y");
    int width = problem.layer().outputSize();
    for (int t = 0; t < T; t++) {
      int from = (t * B + 1) * width;
      int to = (t + 1) * B * width;
      assertThat(Arrays.copyOfRange(got, from, to))
          .isEqualTo(Arrays.copyOfRange(expected, from, to));
    }
  }
}
