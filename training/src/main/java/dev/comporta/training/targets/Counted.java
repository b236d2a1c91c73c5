package dev.comporta.training.targets;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Target;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The mask of the timesteps that contribute to a loss. The others are removed by selection, not by
 * multiplication, so that even NaN in padding does not reach a loss or a gradient.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Counted {
  private final int[] flags; // [T, B], 1 where a timestep contributes
  private final Ids index;
  private final int count;
  private @Nullable Tensor mask;

  private Counted(int timesteps, int batch, int[] flags) {
    this.flags = flags;
    this.index = new Ids(timesteps, batch, flags);
    int sum = 0;
    for (int flag : flags) {
      sum += flag;
    }
    this.count = sum;
  }

  /**
   * The mask of the timesteps before the end of their row.
   *
   * @param loss the name of the loss, for messages
   * @param prediction {@code [T, B, F]}
   * @param target the target with the lengths of the rows
   * @return the mask
   * @throws ShapeException if the lengths do not fit the prediction
   */
  public static Counted of(String loss, Tensor prediction, Target target) {
    return of(loss, prediction.shape(), target);
  }

  /**
   * The same, from the shape of a prediction.
   *
   * @param loss the name of the loss, for messages
   * @param shape {@code [T, B, F]}
   * @param target the target with the lengths of the rows
   * @return the mask
   * @throws ShapeException if the lengths do not fit the prediction
   */
  public static Counted of(String loss, Shape shape, Target target) {
    if (shape.rank() != 3) {
      throw new ShapeException(
          formatted(
              "[%s] expected a prediction [timesteps, batch, features] but got %s", loss, shape));
    }
    int timesteps = shape.size(0);
    int batch = shape.size(1);
    int[] lengths = lengths(loss, shape, target);
    int[] flags = new int[timesteps * batch];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = lengths == null || i / batch < lengths[i % batch] ? 1 : 0;
    }
    return new Counted(timesteps, batch, flags);
  }

  /**
   * The checked lengths of a target.
   *
   * @param loss the name of the loss, for messages
   * @param shape that of the prediction, {@code [T, B, F]}
   * @param target the target
   * @return one per row, or null if no row is padded
   * @throws ShapeException if they do not fit the prediction
   */
  public static int @Nullable [] lengths(String loss, Shape shape, Target target) {
    int[] lengths = target.lengths();
    if (lengths == null) {
      return null;
    }
    if (lengths.length != shape.size(1)) {
      throw new ShapeException(
          formatted(
              "[%s] expected %d lengths, one per row of the prediction %s, but got %d",
              loss, shape.size(1), shape, lengths.length));
    }
    for (int row = 0; row < lengths.length; row++) {
      if (lengths[row] < 0 || lengths[row] > shape.size(0)) {
        throw new ShapeException(
            formatted(
                "[%s] expected lengths between 0 and %d, the timesteps of the prediction %s, but row %d has %d",
                loss, shape.size(0), shape, row, lengths[row]));
      }
    }
    return lengths;
  }

  /**
   * This mask without timesteps whose label is negative or ignored.
   *
   * @param labels {@code [T, B]}
   * @param ignored a label that does not count
   * @return the smaller mask
   */
  public Counted withLabels(int[] labels, int ignored) {
    int[] both = flags.clone();
    for (int i = 0; i < both.length; i++) {
      if (labels[i] < 0 || labels[i] == ignored) {
        both[i] = 0;
      }
    }
    return new Counted(index.timesteps(), index.batch(), both);
  }

  /**
   * The number of timesteps that contribute.
   *
   * @return the count
   */
  public int count() {
    return count;
  }

  /**
   * Whether one timestep contributes.
   *
   * @param place its index in {@code [T, B]}
   * @return true if it counts
   */
  public boolean counts(int place) {
    return flags[place] == 1;
  }

  /**
   * Replaces what is at masked timesteps by zeros.
   *
   * @param x {@code [T, B, ..]}
   * @return the same shape; the tensor itself if nothing is masked
   */
  public Tensor keep(Tensor x) {
    if (count == flags.length) {
      return x;
    }
    Tensor chosen = mask;
    if (chosen == null) {
      chosen = Constants.chosen(x, index, 0, 1);
      mask = chosen;
    }
    return chosen.select(x, x.constant(Shape.of(), 0));
  }
}
