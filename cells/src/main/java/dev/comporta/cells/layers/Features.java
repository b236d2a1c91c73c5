package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;

/** Validates the input of layers. */
final class Features {
  private Features() {}

  /** Rejects a layer that expects features if its input is ids. */
  static int checked(String layer, int inputSize) {
    if (inputSize < 1) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected features from the previous layer but got ids; add an embedding before it",
              layer));
    }
    return inputSize;
  }

  /** Refuses more values than a layer may have, such as 3 steps of 5 features. */
  static void requireBounded(String layer, int count, String what, int features) {
    long values = (long) count * features;
    if (values > OptionReader.LARGEST_SIZE) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected at most %d values but %d %s of %d features are %d",
              layer, OptionReader.LARGEST_SIZE, count, what, features, values));
    }
  }

  /** The features {@code [T, B, size]} of a sequence. */
  static Tensor of(String layer, Sequence input, int size) {
    Tensor x = input.values();
    if (x.shape().size(2) != size) {
      throw new ShapeException(
          formatted(
              "[%s] expected x [timesteps, batch, %d] but got %s (axis 2: features); the layer was built for %d features",
              layer, size, x.shape(), size));
    }
    return x;
  }

  /** Rejects inner layers that change the shape, because their input is added to their output. */
  static Tensor sameShape(String layer, Tensor x, Tensor y) {
    if (!x.shape().equals(y.shape())) {
      throw new ShapeException(
          formatted(
              "[%s] expected inner layers that keep the shape %s but they return %s; move layers that change the number of timesteps outside",
              layer, x.shape(), y.shape()));
    }
    return y;
  }

  /** The length of every row, T if there are no lengths. */
  static int[] lengths(Sequence input) {
    int[] lengths = input.lengths();
    if (lengths == null) {
      lengths = new int[input.batch()];
      Arrays.fill(lengths, input.timesteps());
    }
    return lengths;
  }

  /** A mask {@code [T, B, 1]}: 1 inside each row, 0 at padding. */
  static Tensor inside(Tensor engine, int timesteps, int[] lengths) {
    int batch = lengths.length;
    int[] rows = new int[timesteps * batch];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / batch < lengths[i % batch] ? 1 : 0;
    }
    Shape one = Shape.of(1, 1);
    Tensor zeroOne = engine.constant(one, 0).concat(0, engine.constant(one, 1)); // [2, 1]
    return zeroOne.gather(new Ids(timesteps, batch, rows));
  }
}
