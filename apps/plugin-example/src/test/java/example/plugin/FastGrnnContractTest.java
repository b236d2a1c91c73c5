package example.plugin;

import dev.comporta.api.model.Spec;
import dev.comporta.kit.CellContract;
import java.util.List;

class FastGrnnContractTest extends CellContract {
  @Override
  protected List<Spec> specs() {
    return List.of(Spec.of("fast-grnn"));
  }
}
