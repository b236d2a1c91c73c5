package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private static final Safetensors FILE = Safetensors.pytorch("embedding");
  private static final EmbeddingLayer LAYER = new EmbeddingLayer(10, 4);

  private final Tape tape = new Tape(Catalog.load().backend("reference"), Workers.ALONE);
  private final TapeTensor table =
      tape.variable(FILE.tensor("table").shape(), FILE.tensor("table").floats());

  private Tensor look(Ids ids, int @Nullable [] lengths) {
    RunContext context =
        new RunContext(
            tape,
            Unroller.of(Execution.DEFINITION),
            Map.of("table", table),
            true,
            new CounterRandom(1));
    return LAYER
        .forward(Sequence.of(ids, lengths), CellState.of(Map.of()), context)
        .sequence()
        .values();
  }

  @Test
  void agreesWithPyTorch() {
    Tensor y = look(new Ids(7, 3, FILE.tensor("ids").ints()), null);
    RelativeError.require("y", y.toArray(), FILE.tensor("y").values(), 0);
    tape.backward(y, tape.constant(y.shape(), FILE.tensor("cot.y").floats(), 0));
    TapeTensor gradient = table.gradient();
    assertThat(gradient).isNotNull();
    RelativeError.require(
        "gradient of table",
        gradient.toArray(),
        FILE.tensor("grad.table").values(),
        RelativeError.GRADIENT);
  }

  @Test
  void anIdOutOfRangeIsReported() {
    assertThatThrownBy(() -> look(new Ids(2, 2, new int[] {0, 9, 3, 10}), null))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[embedding] expected ids between 0 and 9 but got 10 at timestep 1 of row 1; use the vocabulary that the model was built with");
    assertThatThrownBy(() -> look(new Ids(1, 1, new int[] {-1}), null))
        .hasMessageStartingWith(
            "[embedding] expected ids between 0 and 9 but got -1 at timestep 0 of row 0;");
  }

  @Test
  void idsAtPaddingAreArbitrary() {
    int[] ids = {0, 9, 3, -1};
    Tensor y = look(new Ids(2, 2, ids), new int[] {2, 1});
    assertThat(y.shape().count()).isEqualTo(16);
    assertThat(ids).as("the caller's ids are not touched").containsExactly(0, 9, 3, -1);
  }
}
