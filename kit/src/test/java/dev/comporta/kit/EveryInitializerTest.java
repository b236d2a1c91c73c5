package dev.comporta.kit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every initialiser of the catalog keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
class EveryInitializerTest extends InitializerContract {
  @Parameter String name = "";

  static List<String> names() {
    return Catalog.load().names(Kind.INITIALIZER);
  }

  @Override
  protected List<Spec> specs() {
    Spec spec = Spec.of(name);
    return switch (name) {
      case "chrono" -> List.of(spec.with("longest", 9).with("gates", 4).with("forget-gate", 1));
      case "forget-bias" -> List.of(spec.with("gates", 4).with("gate", 1));
      case "identity" -> List.of(spec, spec.with("gain", 0.5));
      case "decay" -> List.of(spec, spec.with("low", 0.2).with("high", 0.3).with("power", 8.0));
      case "ring" -> List.of(spec, spec.with("low", 0.9).with("high", 0.99).with("phase", 0.3));
      case "orthogonal" -> List.of(spec, spec.with("blocks", 4));
      case "uniform" -> List.of(spec, spec.with("low", 1).with("high", 3));
      default -> List.of(spec);
    };
  }

  @Override
  protected List<ParameterSpec> parameters(Spec spec) {
    return switch (name) {
      case "chrono", "forget-bias", "ring" -> List.of(ParameterSpec.bias("b", 12));
      case "identity" ->
          List.of(ParameterSpec.matrix("U", 12, 12), ParameterSpec.matrix("U", 1, 1));
      case "orthogonal" ->
          List.of(ParameterSpec.matrix("U", 7, 12), ParameterSpec.matrix("U", 12, 4));
      default -> super.parameters(spec);
    };
  }
}
