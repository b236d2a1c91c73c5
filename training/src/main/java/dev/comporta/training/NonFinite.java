package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Parameter;
import dev.comporta.cells.model.ModelRunner;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds the first value that is infinite or NaN. */
final class NonFinite {
  private NonFinite() {}

  /** The parameter that contains the first one, and its value, as text; empty if all are finite. */
  static Optional<String> first(float[] values, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      for (int i = parameter.offset(); i < parameter.end(); i++) {
        if (!Float.isFinite(values[i])) {
          return Optional.of(formatted("%s is %s", parameter.name(), values[i]));
        }
      }
    }
    return Optional.empty();
  }

  /** The cause of a non-finite loss: a parameter, else a layer's output, else the loss itself. */
  static String behindLoss(
      double loss, float[] values, List<Parameter> parameters, ModelRunner runner) {
    return first(values, parameters)
        .map(found -> "parameter " + found)
        .orElseGet(
            () -> Objects.requireNonNullElse(runner.firstBrokenOutput(), "the loss is " + loss));
  }

  /** The cause of a non-finite norm: a gradient, else the norm itself. */
  static String behindNorm(double norm, float[] gradients, List<Parameter> parameters) {
    return first(gradients, parameters)
        .map(found -> "the gradient of parameter " + found)
        .orElse("the norm of the gradients is " + norm);
  }
}
