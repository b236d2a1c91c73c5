package dev.comporta.cells.xlstm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/** The heads of a cell: its units in equal groups that do not mix. */
final class Heads {
  private Heads() {}

  /** Rejects a number of heads that does not divide the units. */
  static void require(String cell, int units, int heads) {
    if (units % heads != 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option 'heads' expected a divisor of the %d units but got %d",
              cell, units, heads));
    }
  }

  /** Reads the option {@code forget}: whether the forget gate is exponential. */
  static boolean readExponential(OptionReader options) {
    return options
        .choice("forget", "sigmoid", List.of("sigmoid", "exponential"))
        .equals("exponential");
  }

  /** Concatenates the parts of all heads along the last axis. */
  static Tensor sideBySide(List<Tensor> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : parts.getFirst().concat(-1, parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }
}
