package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;

/** Checks of the number of features. */
final class Sizes {
  private Sizes() {}

  static int features(String layer, int inputSize) {
    if (inputSize < 1) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected features from the previous layer but got ids; add an embedding before it",
              layer));
    }
    return inputSize;
  }

  static int bounded(String layer, long size) {
    if (size > OptionReader.LARGEST_SIZE) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected at most %d output features but got %d; use smaller sizes",
              layer, OptionReader.LARGEST_SIZE, size));
    }
    return (int) size;
  }
}
