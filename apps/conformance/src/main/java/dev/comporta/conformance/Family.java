package dev.comporta.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The family of a name such as {@code rmsprop_centered_momentum}: what it starts with, the word
 * that says which rule it is; the rest is the name of one choice of settings.
 */
final class Family {
  private Family() {}

  /** The longest family that the name is, or starts with before an underscore. */
  static @Nullable String of(String name, List<String> families) {
    String best = null;
    for (String family : families) {
      boolean fits = name.equals(family) || name.startsWith(family + "_");
      if (fits && (best == null || family.length() > best.length())) {
        best = family;
      }
    }
    return best;
  }
}
