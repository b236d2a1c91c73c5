package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;

/** Gathers the timesteps that sliding windows read, tap by tap. */
final class Taps {
  private Taps() {}

  /** The features with padding replaced by zeros. */
  private static Tensor withoutPadding(Sequence input) {
    Tensor x = input.values();
    int[] lengths = input.lengths();
    return lengths == null
        ? x
        : Features.inside(x, x.shape().size(0), lengths).select(x, x.constant(Shape.of(), 0));
  }

  /**
   * The concatenated taps of each window, with zeros for positions outside a row: {@code [T, B, F]
   * -> [T', B, width F]}.
   */
  static Sequence sideBySide(String layer, Sequence input, Window window) {
    Tensor[] taps = each(layer, withoutPadding(input), window);
    Tensor[] others = new Tensor[taps.length - 1];
    System.arraycopy(taps, 1, others, 0, others.length);
    int[] lengths = input.lengths();
    return Sequence.of(
        others.length == 0 ? taps[0] : taps[0].apply(new Op.Concat(2), others),
        lengths == null ? null : window.counts(lengths));
  }

  /** Tap k of every window: {@code width} tensors {@code [T', B, F]}. */
  static Tensor[] each(String layer, Tensor x, Window window) {
    int timesteps = x.shape().size(0);
    int windows = window.count(timesteps);
    if (windows == 0 && timesteps > 0) {
      throw new ShapeException(
          formatted(
              "[%s] expected at least %d timesteps, the span of a window, but got %s (axis 0: timesteps); pad the sequences or use a narrower window",
              layer,
              (window.width() - 1) * window.dilation() + 1 - window.before() - window.after(),
              x.shape()));
    }
    Tensor padded = padded(x, window);
    Tensor[] taps = new Tensor[window.width()];
    for (int k = 0; k < taps.length; k++) {
      int first = k * window.dilation();
      taps[k] =
          window.stride() == 1
              ? padded.slice(0, first, first + windows)
              : strided(padded, first, window.stride(), windows);
    }
    return taps;
  }

  private static Tensor padded(Tensor x, Window window) {
    Tensor padded = x;
    if (window.after() > 0) {
      padded = padded.concat(0, x.constant(x.shape().with(0, window.after()), 0));
    }
    if (window.before() > 0) {
      padded = x.constant(x.shape().with(0, window.before()), 0).concat(0, padded);
    }
    return padded;
  }

  private static Tensor strided(Tensor x, int first, int stride, int count) {
    Shape shape = x.shape();
    int[] rows = new int[count];
    for (int t = 0; t < count; t++) {
      rows[t] = first + t * stride;
    }
    return x.reshape(shape.size(0), shape.size(1) * shape.size(2))
        .gather(new Ids(1, count, rows)) // [1, T', B F]
        .reshape(count, shape.size(1), shape.size(2));
  }
}
