package dev.comporta.cells.layers;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;

/** Checks of what a layer stands on and of what it is given. */
final class Features {
  private Features() {}

  /** Refuses a layer of features that would stand on ids. */
  static int checked(String layer, int inputSize) {
    if (inputSize < 1) {
      throw new InvalidOptionException(
          "[%s] expected features from the layer before but got ids; put an embedding first"
              .formatted(layer));
    }
    return inputSize;
  }

  /** The features {@code [T, B, size]} of a sequence. */
  static Tensor of(String layer, Sequence input, int size) {
    Tensor x = input.values();
    if (x.shape().size(2) != size) {
      throw new ShapeException(
          "[%s] expected x [timesteps, batch, %d] but got %s (axis 2: features); the layer was built for %d features"
              .formatted(layer, size, x.shape(), size));
    }
    return x;
  }
}
