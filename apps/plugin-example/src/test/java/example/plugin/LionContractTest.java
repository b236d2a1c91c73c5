package example.plugin;

import dev.comporta.api.model.Spec;
import dev.comporta.kit.OptimizerContract;
import java.util.List;

class LionContractTest extends OptimizerContract {
  @Override
  protected List<Spec> specs() {
    return List.of(Spec.of("lion"), Spec.of("lion").with("weight-decay", 0.01));
  }
}
