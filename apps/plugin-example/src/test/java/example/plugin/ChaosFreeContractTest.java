package example.plugin;

import dev.comporta.api.model.Spec;
import dev.comporta.kit.CellContract;
import java.util.List;

class ChaosFreeContractTest extends CellContract {
  @Override
  protected List<Spec> specs() {
    return List.of(Spec.of("chaos-free"), Spec.of("chaos-free").with("forget-bias", 2));
  }
}
