package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;

/**
 * The equal blocks of a parameter's last axis, one per gate. A matrix {@code [rows, blocks *
 * columns]} is filled block by block; a vector is treated as a matrix with one row.
 *
 * @param initializer the initialiser's name, for messages
 * @param count the number of blocks
 */
record Blocks(String initializer, int count) {
  /** The dimensions of one block. */
  record Part(int rows, int columns, int stride) {}

  static Blocks of(OptionReader options, String option, int otherwise) {
    return new Blocks(options.name(), options.size(option, 1, otherwise));
  }

  /** The block of a parameter; all axes except the last are flattened to rows. */
  Part part(ParameterSpec spec) {
    int columns = spec.shape().columns();
    if (columns % count != 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected parameter '%s' to divide into %d blocks along its last axis but it is %s",
              initializer, spec.name(), count, spec.shape()));
    }
    return new Part(spec.shape().rows(), columns / count, columns);
  }

  Part matrix(ParameterSpec spec) {
    if (spec.shape().rank() < 2) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected a matrix but parameter '%s' is %s",
              initializer, spec.name(), spec.shape()));
    }
    return part(spec);
  }
}
