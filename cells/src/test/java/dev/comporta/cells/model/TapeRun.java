package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.Tape;
import dev.comporta.testkit.Problem;
import java.util.Map;

/** Runs a problem's layer on a tape of its own, by plan or by definition. */
final class TapeRun {
  private TapeRun() {}

  static LayerRunner.Products of(
      Problem problem, String backend, Execution execution, Map<String, float[]> cotangents) {
    return of(problem, backend, Unroller.of(execution), cotangents);
  }

  static LayerRunner.Products of(
      Problem problem, String backend, Unroller unroller, Map<String, float[]> cotangents) {
    Tape tape = new Tape(Catalog.load().backend(backend), Workers.ALONE);
    return new LayerRunner(tape, unroller)
        .products(
            problem.layer(),
            problem.input(),
            problem.ids(),
            problem.lengths(),
            problem.values(),
            problem.training(),
            problem.noise(),
            cotangents);
  }
}
