package dev.comporta.cells.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.explain.PlanDescription;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans of cells whose state enters no product: all products are hoisted out of the loop. */
class ElementwisePlanTest {
  private static final int I = 16;
  private static final int H = 24;

  private static PlanDescription plan(Cell cell) {
    return CellPlan.of(cell, true, true).describe(true);
  }

  /** The floats per timestep and row that a training run stores, at most, in multiples of H. */
  @ParameterizedTest
  @CsvSource({"min-gru, 3", "min-lstm, 5", "sru, 6", "indrnn, 2", "qrnn, 8", "rg-lru, 7"})
  void onlyProductsAreStoredForAllTimesteps(String name, int most) {
    PlanDescription plan = plan(Catalog.load().cell(Spec.of(name), I, H));
    assertThat(plan.hoisted()).as("hoisted products").isNotEmpty();
    assertThat(plan.merged()).as("products inside the loop").isEmpty();
    assertThat(plan.timestepFloats()).isLessThanOrEqualTo((long) most * H);
  }

  /** Cotangents take the places of values that were read for the last time. */
  @ParameterizedTest
  @CsvSource({"rnn, 2", "jordan, 3", "mgu, 4", "gru, 5", "lstm, 7", "phased-lstm, 10"})
  void cotangentsAreStoredInPlace(String name, int most) {
    PlanDescription plan = plan(Catalog.load().cell(Spec.of(name), I, H));
    assertThat(plan.timestepFloats()).isLessThanOrEqualTo((long) most * H);
  }

  /** The gate is normalised by its sum over the row, which is no element-wise function. */
  private record RowGate() implements Cell {
    @Override
    public int inputSize() {
      return I;
    }

    @Override
    public int outputSize() {
      return H;
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(ParameterSpec.matrix("W", I, H));
    }

    @Override
    public List<StateSpec> state() {
      return List.of(StateSpec.zeros("h", H));
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      Tensor a = x.matmul(context.parameter("W"));
      Tensor gate = a.minus(a.mean(-1)).sigmoid();
      Tensor h = gate.times(state.get("h")).plus(gate.complement());
      return new Step(h, CellState.of("h", h));
    }
  }

  @Test
  void aValueThatNeedsAWholeRowIsComputedBeforeTheLoop() {
    assertThat(plan(new RowGate()).hoisted()).isEmpty();
  }
}
