package dev.comporta.kit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer of the catalog keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
class EveryOptimizerTest extends OptimizerContract {
  @Parameter String name = "";

  static List<String> names() {
    return Catalog.load().names(Kind.OPTIMIZER);
  }

  @Override
  protected List<Spec> specs() {
    Spec spec = Spec.of(name);
    Spec decay = spec.with("weight-decay", 0.1);
    return switch (name) {
      case "sgd" ->
          List.of(
              spec,
              spec.with("momentum", 0.8).with("dampening", 0.3).with("weight-decay", 0.1),
              spec.with("momentum", 0.9).with("nesterov", true));
      case "adagrad" -> List.of(spec, spec.with("initial", 0.5).with("rate-decay", 0.1));
      case "rmsprop" ->
          List.of(spec, decay, spec.with("momentum", 0.5), spec.with("centered", true));
      case "amsgrad" -> List.of(spec, spec.with("beta2", 0.5));
      case "adamw" -> List.of(spec, spec.with("amsgrad", true));
      case "nadam", "radam" -> List.of(spec, decay.with("decoupled", true));
      default -> List.of(spec, decay);
    };
  }
}
