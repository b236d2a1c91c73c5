package dev.comporta.cells.layers;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import org.jspecify.annotations.Nullable;

/** Options that say how parameters start. */
final class Initial {
  private static final Spec NONE = Spec.of("none");

  private Initial() {}

  /** The initialiser that an option names, null if it is not given. */
  static @Nullable Spec read(OptionReader options, String option) {
    Spec spec = options.spec(option, NONE);
    return spec.equals(NONE) ? null : spec;
  }

  /** The parameter with another initialiser, or as it is. */
  static ParameterSpec of(ParameterSpec spec, @Nullable Spec initializer) {
    return initializer == null ? spec : spec.initializedBy(initializer);
  }
}
