package dev.comporta.kit;

import dev.comporta.api.model.Spec;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells with several heads keep the contract. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"slstm", "mlstm"})
class HeadsTest extends CellContract {
  @Parameter String cell = "";

  @Override
  protected int hiddenSize() {
    return 6;
  }

  @Override
  protected List<Spec> specs() {
    Spec heads = Spec.of(cell).with("heads", 3);
    return List.of(heads, heads.with("input-dropout", 0.3));
  }
}
