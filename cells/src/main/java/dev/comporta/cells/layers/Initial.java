package dev.comporta.cells.layers;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import org.jspecify.annotations.Nullable;

/** Options for initialisers. */
final class Initial {
  private static final Spec NONE = Spec.of("none");

  private Initial() {}

  /** The initialiser given by an option, or null if the option is absent. */
  static @Nullable Spec read(OptionReader options, String option) {
    Spec spec = options.spec(option, NONE);
    return spec.name().equals(NONE.name()) && spec.options().isEmpty() ? null : spec;
  }

  /** The parameter with the given initialiser, or unchanged if that is null. */
  static ParameterSpec of(ParameterSpec spec, @Nullable Spec initializer) {
    return initializer == null ? spec : spec.initializedBy(initializer);
  }
}
