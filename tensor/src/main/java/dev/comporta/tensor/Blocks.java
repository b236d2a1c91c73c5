package dev.comporta.tensor;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.TensorBackend;

/** Copies blocks between tensors: slices, concatenations and exchanged axes. */
final class Blocks {
  private Blocks() {}

  /** Copies {@code size} indices of one axis from x, starting at fromX, to y, starting at fromY. */
  static void copy(TapeTensor x, int axis, int fromX, TapeTensor y, int fromY, int size) {
    int inner = 1;
    for (int i = axis + 1; i < x.shape().rank(); i++) {
      inner *= x.shape().size(i);
    }
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= x.shape().size(i);
    }
    int blockX = x.shape().size(axis) * inner;
    int blockY = y.shape().size(axis) * inner;
    for (int i = 0; i < outer; i++) {
      System.arraycopy(
          x.data(),
          x.offset() + i * blockX + fromX * inner,
          y.data(),
          y.offset() + i * blockY + fromY * inner,
          size * inner);
    }
  }

  /** Adds all of x to y, starting at index {@code from} of one axis. */
  static void add(TapeTensor x, int axis, TapeTensor y, int from, TensorBackend backend) {
    int inner = 1;
    for (int i = axis + 1; i < x.shape().rank(); i++) {
      inner *= x.shape().size(i);
    }
    int block = x.shape().size(axis) * inner;
    int outer = block == 0 ? 0 : x.shape().count() / block;
    int blockY = y.shape().size(axis) * inner;
    for (int i = 0; i < outer; i++) {
      int at = y.offset() + i * blockY + from * inner;
      backend.binary(
          BinaryFunction.ADD, y.data(), at, x.data(), x.offset() + i * block, y.data(), at, block);
    }
  }

  /** {@code y [b, a, ..] = x [a, b, ..]}. */
  static void swapLeading(TapeTensor x, TapeTensor y) {
    Shape shape = x.shape();
    int a = shape.size(0);
    int b = shape.size(1);
    int block = a * b == 0 ? 0 : shape.count() / (a * b);
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(
            x.data(),
            x.offset() + (i * b + j) * block,
            y.data(),
            y.offset() + (j * a + i) * block,
            block);
      }
    }
  }
}
