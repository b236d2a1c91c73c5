package dev.comporta.cells.layers;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;

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

  /** Refuses inner layers that change the number of timesteps where their input is added again. */
  static Tensor sameShape(String layer, Tensor x, Tensor y) {
    if (!x.shape().equals(y.shape())) {
      throw new ShapeException(
          "[%s] expected layers that keep %s but they give %s; a layer that changes the timesteps cannot stand inside"
              .formatted(layer, x.shape(), y.shape()));
    }
    return y;
  }

  /** The length of every row, T where none was given. */
  static int[] lengths(Sequence input) {
    int[] lengths = input.lengths();
    if (lengths == null) {
      lengths = new int[input.batch()];
      Arrays.fill(lengths, input.timesteps());
    }
    return lengths;
  }

  /** {@code [T, B, 1]}: 1 before the end of each row, 0 at padding. */
  static Tensor inside(Tensor engine, int timesteps, int[] lengths) {
    int batch = lengths.length;
    int[] rows = new int[timesteps * batch];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / batch < lengths[i % batch] ? 1 : 0;
    }
    Shape one = Shape.of(1, 1);
    Tensor zeroOne = engine.constant(one, 0).concat(0, engine.constant(one, 1)); // [2, 1]
    return zeroOne.apply(new Op.Gather(new Ids(timesteps, batch, rows)));
  }
}
