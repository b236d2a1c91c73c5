package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.testkit.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells without a plan run by definition, and one log line reports it. */
class PlanUnrollerTest {
  private static final Shape INPUT = Shape.of(5, 2, OddCells.SIZE);

  private static Problem problem(Cell cell, boolean training) {
    return Problems.random(new RecurrentLayer(cell, false), INPUT, null, training, 7);
  }

  private static Map<String, float[]> cotangents() {
    return Map.of("y", Problems.normal(INPUT.count(), 1, 11, "cotangent"));
  }

  private static void requireEqual(LayerRunner.Products got, LayerRunner.Products expected) {
    expected
        .outputs()
        .forEach((name, values) -> assertThat(got.outputs().get(name)).isEqualTo(values));
    expected
        .gradients()
        .forEach((name, values) -> assertThat(got.gradients().get(name)).isEqualTo(values));
  }

  @Test
  void aBranchOnValuesRunsByDefinitionAndIsLoggedOnce() {
    List<String> log = new ArrayList<>();
    Unroller unroller = new PlanUnroller(log::add);
    Cell cell = OddCells.branching();
    for (int i = 0; i < 3; i++) {
      for (boolean training : new boolean[] {true, false}) {
        Problem problem = problem(cell, training);
        LayerRunner.Products expected =
            TapeRun.of(problem, "reference", new DefinitionUnroller(), cotangents());
        requireEqual(TapeRun.of(problem, "reference", unroller, cotangents()), expected);
      }
    }
    assertThat(log)
        .containsExactly(
            "Odd runs by definition, without a plan: the step reads the values of a tensor (toArray),"
                + " perhaps to branch on them; use Tensor.select instead");
  }

  @Test
  void aCellWithoutAPlanIsTracedOnceForEachMode() {
    AtomicInteger calls = new AtomicInteger();
    Cell cell =
        OddCells.of((sum, _) -> {
          calls.incrementAndGet();
          return sum.toArray()[0] > 0 ? sum.tanh() : sum;
        });
    Unroller unroller = new PlanUnroller(_ -> {});
    Problem problem = problem(cell, true);
    TapeRun.of(problem, "reference", unroller, Map.of());
    int first = calls.getAndSet(0);
    TapeRun.of(problem, "reference", unroller, Map.of());
    assertThat(first).isEqualTo(INPUT.size(0) + 1);
    assertThat(calls).hasValue(INPUT.size(0));
  }

  /** The same sentence, however the cell runs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c|expected a state of the parts [h] but the step returned [c]: without 'h' and with 'c'",
        "h,c|expected a state of the parts [h] but the step returned [h, c]: with 'c'",
      })
  void otherPartsThanTheDeclaredOnesAreRejectedByPlanAndByDefinition(
      String parts, String expected) {
    Cell cell = OddCells.returning(parts.split(","));
    Problem problem = problem(cell, true);
    for (Unroller unroller : List.of(new DefinitionUnroller(), new PlanUnroller(_ -> {}))) {
      assertThatThrownBy(() -> TapeRun.of(problem, "reference", unroller, cotangents()))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "[step of Parts] %s; return the parts that state() declares, no more and no less",
              expected);
    }
  }

  @Test
  void dependentRowsRunByDefinition() {
    List<String> log = new ArrayList<>();
    Problem problem = problem(OddCells.mixing(), true);
    LayerRunner.Products expected =
        TapeRun.of(problem, "reference", new DefinitionUnroller(), cotangents());
    requireEqual(
        TapeRun.of(problem, "reference", new PlanUnroller(log::add), cotangents()), expected);
    assertThat(log)
        .containsExactly(
            "Odd runs by definition, without a plan: the step computes sum of shape [1, 3] across the"
                + " rows of the batch");
  }

  @Test
  void anImpureStepRunsByDefinition() {
    List<String> log = new ArrayList<>();
    LayerRunner.Products run =
        TapeRun.of(
            problem(OddCells.counting(), false), "reference", new PlanUnroller(log::add), Map.of());
    assertThat(log).hasSize(1).first().asString().contains("the step is not pure");
    assertThat(run.outputs().get("y")).hasSize(INPUT.count());
  }
}
