package dev.comporta.cells.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.model.OddCells;
import dev.comporta.cells.plan.stream.StreamPlan;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Steps whose graph does not represent them are rejected, with the reason. */
class StepCheckTest {
  private static final TensorBackend BACKEND = Catalog.load().backend("reference");

  private static void refused(Cell cell, String reason) {
    assertThatThrownBy(() -> CellPlan.of(cell, true, true))
        .isInstanceOf(UntraceableException.class)
        .hasMessage(reason);
  }

  private static StreamPlan stream(Cell cell) {
    Layer layer = new RecurrentLayer(cell, false);
    Parameters parameters = new Parameters(layer.parameters());
    for (int i = 0; i < parameters.count(); i++) {
      parameters.values()[i] = (float) new CounterRandom(1).normal(i);
    }
    return new StreamPlan(Map.of("", layer), cell.inputSize(), parameters, BACKEND, Workers.ALONE);
  }

  @Test
  void aCountingStepIsDetected() {
    refused(
        OddCells.counting(),
        "the step is not pure: traced twice with the same arguments, its 'output' was computed from 2.0"
            + " * x + 0.0 in [7919, 3] and then from 3.0 * x + 0.0 in [7919, 3]; a step must depend"
            + " on its arguments only");
  }

  @Test
  void aChangingFunctionIsDetected() {
    refused(
        OddCells.alternating(),
        "the step is not pure: traced twice with the same arguments, its 'output' was computed from"
            + " sigmoid[7919, 3] and then from tanh[7919, 3]; a step must depend on its arguments"
            + " only");
  }

  @Test
  void aChangingNameIsDetected() {
    refused(
        OddCells.renaming(),
        "the step is not pure: traced twice with the same arguments, it returned [output, state h,"
            + " observed a1] and then [output, state h, observed a2]; a step must depend on its"
            + " arguments only");
  }

  @Test
  void dependentRowsAreDetected() {
    refused(
        OddCells.mixing(), "the step computes sum of shape [1, 3] across the rows of the batch");
  }

  @Test
  void streamsAreCheckedToo() {
    assertThatThrownBy(() -> stream(OddCells.counting()))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("the step is not pure");
    assertThatThrownBy(() -> stream(OddCells.branching()))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("toArray");
  }

  @Test
  void aBroadcastParameterWorksForEveryStream() {
    StreamPlan plan = stream(OddCells.repeating());
    float[] input = {0.5f, -1, 2};
    float[] alone = new float[OddCells.SIZE];
    plan.stream().step(input, 0, alone, 0);
    float[] inputs = new float[4 * OddCells.SIZE];
    System.arraycopy(input, 0, inputs, 3 * OddCells.SIZE, OddCells.SIZE);
    float[] outputs = new float[4 * OddCells.SIZE];
    plan.group(4).step(4, inputs, outputs);
    assertThat(Arrays.copyOfRange(outputs, 9, 12)).isEqualTo(alone);
    // b is neither zero nor one: without it the step would give tanh(x W).
    assertThat(alone).doesNotContain(0f);
  }
}
