package dev.comporta.training;

import dev.comporta.api.model.Parameter;
import java.util.List;
import java.util.Optional;

/** Finds what broke: the first element that is infinite or not a number. */
final class NonFinite {
  private NonFinite() {}

  /** Which parameter holds the first one, and what it is, in words; empty if all are finite. */
  static Optional<String> first(float[] values, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      for (int i = parameter.offset(); i < parameter.end(); i++) {
        if (!Float.isFinite(values[i])) {
          return Optional.of("%s is %s".formatted(parameter.name(), values[i]));
        }
      }
    }
    return Optional.empty();
  }
}
