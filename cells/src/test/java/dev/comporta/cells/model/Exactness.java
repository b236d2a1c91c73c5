package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.testkit.ExactRun;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.RelativeError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Compares a layer with its definition in double precision. */
final class Exactness {
  private Exactness() {}

  static Map<String, float[]> cotangents(Map<String, double[]> outputs) {
    Map<String, float[]> cotangents = new LinkedHashMap<>();
    outputs.forEach((name, values) ->
        cotangents.put(name, Problems.normal(values.length, 1, 11, "cotangent." + name)));
    return cotangents;
  }

  static void require(Problem problem) {
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
        LayerRunner.Products run = TapeRun.of(problem, backend, execution, cotangents);
        String where = "%s on %s: ".formatted(execution, backend);
        exact.forEach((name, values) ->
            RelativeError.require(
                where + name,
                run.outputs().get(name),
                values,
                RelativeError.OUTPUT,
                () -> ExactRun.outputs(problem.neighbour()).get(name)));
        gradients.accept(where, run.gradients());
      }
    }
  }
}
