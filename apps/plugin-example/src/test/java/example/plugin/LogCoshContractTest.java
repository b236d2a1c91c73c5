package example.plugin;

import dev.comporta.api.model.Spec;
import dev.comporta.kit.LossContract;
import java.util.List;

class LogCoshContractTest extends LossContract {
  @Override
  protected List<Spec> specs() {
    return List.of(Spec.of("log-cosh"));
  }
}
