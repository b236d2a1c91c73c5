package dev.comporta.training;

import dev.comporta.api.model.Parameter;
import dev.comporta.cells.model.ModelRunner;
import java.util.List;
import java.util.Objects;
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

  /** A parameter that an earlier update broke, else a layer's output, else the loss itself. */
  static String behindLoss(
      double loss, float[] values, List<Parameter> parameters, ModelRunner runner) {
    return first(values, parameters)
        .map(found -> "parameter " + found)
        .orElseGet(
            () -> Objects.requireNonNullElse(runner.firstBrokenOutput(), "the loss is " + loss));
  }

  /** A gradient, else their norm. */
  static String behindNorm(double norm, float[] gradients, List<Parameter> parameters) {
    return first(gradients, parameters)
        .map(found -> "the gradient of parameter " + found)
        .orElse("the norm of the gradients is " + norm);
  }
}
