package dev.comporta.kit;

import dev.comporta.api.model.Spec;
import java.util.List;

/** The convolutional LSTM on maps of several pixels keeps the contract. */
class MapCellsTest extends CellContract {
  @Override
  protected int inputSize() {
    return 12;
  }

  @Override
  protected int hiddenSize() {
    return 6;
  }

  @Override
  protected List<Spec> specs() {
    Spec cell = Spec.of("conv-lstm").with("height", 2).with("width", 3);
    return List.of(cell, cell.with("peepholes", true).with("recurrent-dropout", 0.3));
  }
}
