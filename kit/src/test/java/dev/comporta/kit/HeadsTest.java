package dev.comporta.kit;

import dev.comporta.api.model.Spec;
import java.util.List;

/** Cells with several heads keep the contract. */
class HeadsTest extends CellContract {
  @Override
  protected int hiddenSize() {
    return 6;
  }

  @Override
  protected List<Spec> specs() {
    return List.of(
        Spec.of("slstm").with("heads", 3).with("recurrent-dropout", 0.3),
        Spec.of("mlstm").with("heads", 2));
  }
}
