package dev.comporta.cells.model;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.CellSpecs;
import dev.comporta.testkit.ExactRun;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell with all wrappers and all kinds of dropout, with rows of every length including 0:
 * values and gradients match the step in double precision.
 */
@Tag("full")
class CombinationsTest {
  private static final int T = 4;
  private static final int I = 3;
  private static final int[] LENGTHS = {2, 4, 0, 1};

  /** The rounding error of a difference of two runs in double precision, divided by 2e-5. */
  private static final double NUMERIC = 1e-9;

  static Stream<Arguments> combinations() {
    return Cells.all().entrySet().stream()
        .flatMap(cell ->
            around(cell.getValue()).entrySet().stream()
                .map(around ->
                    Arguments.of(cell.getKey() + " in " + around.getKey(), around.getValue())));
  }

  private static Map<String, Spec> around(Spec cell) {
    Spec noisy = cell.with("input-dropout", 0.2);
    if (!cell.name().startsWith("layer-norm") // that of a single remaining unit is constant
        && CellSpecs.allowsRecurrentDropout(cell.name())) {
      noisy = noisy.with("recurrent-dropout", 0.3);
    }
    Spec recurrent =
        Spec.of("recurrent")
            .with("cell", noisy)
            .with("hidden", I)
            .with("zoneout", 0.3)
            .with("learn-initial-state", true);
    if (CellSpecs.hasRecurrentProduct(cell.name())) {
      recurrent = recurrent.with("weight-drop", 0.3);
    }
    Spec both =
        Spec.of("bidirectional")
            .with("cell", cell)
            .with("hidden", I)
            .with("zoneout", 0.3)
            .with("returns", "states");
    Map<String, Spec> specs = new LinkedHashMap<>();
    specs.put("all noise, in reverse", recurrent.with("reverse", true));
    specs.put("all noise, last", recurrent.with("returns", "last"));
    for (String merge : List.of("concatenate", "sum", "mean")) {
      specs.put("both directions, " + merge, both.with("merge", merge));
    }
    Spec back = Spec.of("dense").with("units", I).with("activation", "tanh");
    specs.put("a residual", Spec.of("residual").with("layers", List.of(recurrent, back)));
    Spec pair = Spec.of("sequential").with("layers", List.of(recurrent, back));
    specs.put(
        "a stack of highways",
        Spec.of("stack")
            .with("layer", pair)
            .with("depth", 2)
            .with("dropout", 0.2)
            .with("around", "highway"));
    return specs;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("combinations")
  void valuesAndGradientsAreExact(String name, Spec spec) {
    Shape input = Shape.of(T, LENGTHS.length, I);
    requireExact(Problems.random(Cells.layer(spec, I), input, LENGTHS, true, 5));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("combinations")
  void oneRowOfOneTimestepIsExact(String name, Spec spec) {
    requireExact(Problems.random(Cells.layer(spec, I), Shape.of(1, 1, I), null, true, 5));
  }

  private static void requireExact(Problem problem) {
    Map<String, double[]> exact = ExactRun.outputs(problem);
    Map<String, float[]> cotangents = Exactness.cotangents(exact);
    Exactness.everywhere(
        problem,
        exact,
        cotangents,
        (where, gradients) ->
            gradients.forEach((name, gradient) ->
                requireSlope(where + name, problem, name, gradient, cotangents)));
  }

  /** Compares a gradient with the slope in a random direction. */
  private static void requireSlope(
      String what,
      Problem problem,
      String name,
      float[] gradient,
      Map<String, float[]> cotangents) {
    float[] random = Problems.normal(gradient.length, 1, 13, name);
    double[] direction = new double[random.length];
    double inDirection = 0;
    double squares = 0;
    double lengths = 0;
    for (int i = 0; i < direction.length; i++) {
      direction[i] = random[i];
      inDirection += gradient[i] * direction[i];
      squares += gradient[i] * (double) gradient[i];
      lengths += direction[i] * direction[i];
    }
    double most = RelativeError.GRADIENT * Math.sqrt(squares * lengths) + NUMERIC;
    double slope = ExactRun.slope(problem, name, direction, cotangents);
    RelativeError.require(
        "gradient of " + what,
        new double[] {inDirection},
        new double[] {slope},
        slope == 0 ? most : most / Math.abs(slope),
        () -> new double[] {ExactRun.slope(problem.neighbour(), name, direction, cotangents)});
  }
}
