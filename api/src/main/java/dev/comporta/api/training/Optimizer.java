package dev.comporta.api.training;

import java.util.List;
import org.apiguardian.api.API;

/**
 * An optimizer: the rule that updates parameters from their gradients. It works on ranges of the
 * array that holds all parameters and is stateless itself: its state is kept in slots, which the
 * trainer owns, stores in checkpoints and restores. Each element is updated independently, so the
 * division into ranges never changes the result.
 */
@API(status = API.Status.STABLE)
public interface Optimizer {
  /**
   * The default learning rate.
   *
   * @return a positive number
   */
  double defaultLearningRate();

  /**
   * The slots: state arrays with one float per parameter element, initially zero.
   *
   * @return their names, such as m and v
   */
  List<String> slots();

  /**
   * The scalar state for the whole model, initially zero.
   *
   * @return their names; none by default
   */
  default List<String> scalars() {
    return List.of();
  }

  /**
   * Updates the scalars, once per update before the ranges are processed.
   *
   * @param step the number of this update, starting at 1
   * @param learningRate the learning rate of this update
   * @param scalars the scalars in the order of {@link #scalars}, modified in place
   */
  default void prepare(long step, double learningRate, double[] scalars) {}

  /**
   * Updates one range of the parameters.
   *
   * @param update the arrays, the range and the hyperparameters of this update
   */
  void update(Update update);

  /**
   * One range of one update. The same index addresses an element in all arrays.
   *
   * @param step the number of this update, starting at 1
   * @param learningRate the learning rate of this update
   * @param values the parameters, modified in place
   * @param gradients their gradients
   * @param slots the slots in the order of {@link Optimizer#slots}, modified in place
   * @param scalars the scalars after {@link Optimizer#prepare}
   * @param from the first index
   * @param to the index after the last one
   */
  @SuppressWarnings("ArrayRecordComponent") // the arrays are shared intentionally
  record Update(
      long step,
      double learningRate,
      float[] values,
      float[] gradients,
      List<float[]> slots,
      double[] scalars,
      int from,
      int to) {}
}
