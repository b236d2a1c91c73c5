package dev.comporta.api.training;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A rule that moves parameters against their gradients. It works on ranges of the one array that
 * holds all parameters and keeps nothing itself: its memory is the slots that it names, which the
 * trainer owns, stores in checkpoints and restores. Each element is updated by itself, so the split
 * into ranges never changes a bit.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Optimizer {
  /**
   * The learning rate where no other is given.
   *
   * @return a positive number
   */
  double defaultLearningRate();

  /**
   * The arrays that the rule keeps beside the parameters, one float for each; all start at zero.
   *
   * @return their names, such as m and v
   */
  List<String> slots();

  /**
   * The numbers that the rule keeps for the whole model; all start at zero.
   *
   * @return their names; none by default
   */
  default List<String> scalars() {
    return List.of();
  }

  /**
   * Renews the scalars, once before the ranges of a step are updated.
   *
   * @param step the number of this update, from 1
   * @param learningRate the learning rate of this update
   * @param scalars in the order of {@link #scalars}, to be changed in place
   */
  default void prepare(long step, double learningRate, double[] scalars) {}

  /**
   * Updates one range of the parameters.
   *
   * @param update the arrays, the range and the numbers of this update
   */
  void update(Update update);

  /**
   * One range of one update. All arrays share one index.
   *
   * @param step the number of this update, from 1
   * @param learningRate the learning rate of this update
   * @param values the parameters, changed in place
   * @param gradients their gradients
   * @param slots in the order of {@link Optimizer#slots}, changed in place
   * @param scalars as left by {@link Optimizer#prepare}
   * @param from the first index
   * @param to one past the last index
   */
  @SuppressWarnings("ArrayRecordComponent") // the arrays are shared on purpose
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
