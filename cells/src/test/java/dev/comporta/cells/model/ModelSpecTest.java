package dev.comporta.cells.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.CellWrapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSpecTest {
  @Test
  void theBuilderWritesTheSpecification() {
    Spec spec =
        ModelSpec.ofFeatures(3)
            .recurrent("lstm", 4)
            .bidirectional(Spec.of("gru").with("reset", "before"), 5)
            .dropout(0.2)
            .layerNorm()
            .poolTime("last")
            .dense(6, "tanh")
            .dense(2)
            .spec();
    assertThat(spec)
        .isEqualTo(
            Spec.of("sequential")
                .with("input-size", 3)
                .with(
                    "layers",
                    List.of(
                        Spec.of("recurrent").with("cell", Spec.of("lstm")).with("hidden", 4),
                        Spec.of("bidirectional")
                            .with("cell", Spec.of("gru").with("reset", "before"))
                            .with("hidden", 5),
                        Spec.of("dropout").with("rate", 0.2),
                        Spec.of("layer-norm"),
                        Spec.of("pool-time").with("mode", "last"),
                        Spec.of("dense").with("units", 6).with("activation", "tanh"),
                        Spec.of("dense").with("units", 2))));
    assertThat(SequenceModel.build(spec, Models.CATALOG).outputSize()).isEqualTo(2);
    Spec ids = ModelSpec.ofIds(7, 3).recurrent("gru", 4).spec();
    assertThat(SequenceModel.build(ids, Models.CATALOG).inputSize()).isZero();
  }

  /** Reads values inside its step, which nothing can trace. */
  private record Reading(Cell cell) implements CellWrapper {
    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      return x.toArray().length == 0
          ? new Step(x, state)
          : CellWrapper.super.step(x, state, context);
    }
  }

  @Test
  void planningSaysWhyThereIsNoPlan() {
    Cell gru = Models.CATALOG.cell(Spec.of("gru"), 3, 4);
    assertThat(Planning.of(gru)).isEqualTo(new Planning(true, ""));
    Planning reading = Planning.of(new Reading(gru));
    assertThat(reading.planned()).isFalse();
    assertThat(reading.reason()).contains("toArray");
  }
}
