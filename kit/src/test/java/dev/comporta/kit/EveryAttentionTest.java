package dev.comporta.kit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attention score of the catalog keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
class EveryAttentionTest extends AttentionContract {
  @Parameter String name = "";

  static List<String> names() {
    return Catalog.load().names(Kind.ATTENTION);
  }

  @Override
  protected List<Spec> specs() {
    Spec spec = Spec.of(name);
    return switch (name) {
      case "additive", "coverage" -> List.of(spec.with("units", 4));
      case "location" -> List.of(spec.with("units", 4).with("width", 3));
      case "local" -> List.of(spec.with("units", 4).with("reach", 2));
      default -> List.of(spec);
    };
  }

  @Override
  protected int keySize() {
    return name.contains("dot") ? querySize() : super.keySize();
  }
}
