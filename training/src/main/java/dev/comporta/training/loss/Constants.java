package dev.comporta.training.loss;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;

/** Constant tensors with several values, built only from operations that every engine has. */
final class Constants {
  private Constants() {}

  /** A column {@code [n, 1]} of n numbers. */
  static Tensor column(Tensor engine, double... numbers) {
    Tensor[] cells = new Tensor[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      cells[i] = engine.constant(Shape.of(1, 1), (float) numbers[i]);
    }
    return cells[0].apply(new Op.Concat(0), java.util.Arrays.copyOfRange(cells, 1, cells.length));
  }

  /** The number selected by each element of an index {@code [T, B]}, as {@code [T, B, 1]}. */
  static Tensor chosen(Tensor engine, Ids index, double... numbers) {
    return column(engine, numbers).apply(new Op.Gather(index));
  }
}
