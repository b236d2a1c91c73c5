package dev.comporta.training.targets;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/** Constant tensors with several values, built only from operations that every engine has. */
@API(status = API.Status.EXPERIMENTAL)
public final class Constants {
  private Constants() {}

  /**
   * A column of numbers.
   *
   * @param engine any tensor of the engine
   * @param numbers n numbers, one or more
   * @return {@code [n, 1]}
   */
  public static Tensor column(Tensor engine, double... numbers) {
    Tensor[] cells = new Tensor[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      cells[i] = engine.constant(Shape.of(1, 1), (float) numbers[i]);
    }
    return cells[0].apply(new Op.Concat(0), java.util.Arrays.copyOfRange(cells, 1, cells.length));
  }

  /**
   * The number that each element of an index selects.
   *
   * @param engine any tensor of the engine
   * @param index {@code [T, B]}, from 0 to the count of the numbers
   * @param numbers n numbers, one or more
   * @return {@code [T, B, 1]}
   */
  public static Tensor chosen(Tensor engine, Ids index, double... numbers) {
    return column(engine, numbers).gather(index);
  }
}
