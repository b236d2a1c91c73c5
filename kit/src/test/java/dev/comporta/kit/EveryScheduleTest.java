package dev.comporta.kit;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every learning-rate schedule of the catalog keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
class EveryScheduleTest extends ScheduleContract {
  @Parameter String name = "";

  static List<String> names() {
    return Catalog.load().names(Kind.SCHEDULE);
  }

  @Override
  protected List<Spec> specs() {
    Spec spec = Spec.of(name);
    return switch (name) {
      case "step" -> List.of(spec.with("every", 10).with("factor", 0.5));
      case "exponential" -> List.of(spec.with("factor", 0.9));
      case "cosine" -> List.of(spec, spec.with("length", 30).with("minimum", 0.001));
      case "one-cycle" -> List.of(spec.with("highest", 0.5).with("length", 31));
      case "linear-warmup" ->
          List.of(spec.with("length", 10), spec.with("length", 10).with("then", Spec.of("cosine")));
      case "reduce-on-plateau" -> List.of(spec, spec.with("factor", 0.5).with("patience", 2));
      default -> List.of(spec);
    };
  }
}
