package dev.comporta.tensor.simd;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lane width that the user may force; checked before the Vector API is touched. */
final class LaneWidth {
  /** The property that forces a width in bits. */
  static final String PROPERTY = "comporta.simd.bits";

  private static final List<String> WIDTHS = List.of("128", "256", "512");

  private LaneWidth() {}

  /** The forced width, or null for the machine's own. */
  static @Nullable String forced() {
    return System.getProperty(PROPERTY);
  }

  /** What is wrong with the forced width, if anything. */
  static Optional<String> problem() {
    String forced = forced();
    return forced == null || WIDTHS.contains(forced)
        ? Optional.empty()
        : Optional.of(
            "expected %s to be 128, 256 or 512 but got '%s'; leave it out for the machine's own width"
                .formatted(PROPERTY, forced));
  }
}
