package dev.comporta.training;

import java.util.Map;
import org.apiguardian.api.API;

/**
 * Everything that a trainer needs, in addition to the parameters, to continue as if it had not been
 * stopped. The arrays are copies.
 *
 * @param step the number of completed updates
 * @param epoch the number of completed epochs
 * @param chunk the index of the next chunk in the current epoch; always the first of an update
 * @param tokens the number of timesteps trained on that were not padding
 * @param slots the optimizer's arrays by name, one float per parameter element
 * @param scalars the optimizer's scalars, one parameter group after another
 * @param carry the carried state by name
 * @param fresh for each row, whether its carry is still in the initial state
 * @param recentLosses the losses of the most recent updates, oldest first
 * @param validationLosses the scheduled validation losses, in order
 * @param weights other sets of parameter values by name, such as their average
 * @param numbers other counters by name
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // copies, read by a single writer
public record TrainingState(
    long step,
    int epoch,
    int chunk,
    long tokens,
    Map<String, float[]> slots,
    double[] scalars,
    Map<String, float[]> carry,
    boolean[] fresh,
    double[] recentLosses,
    double[] validationLosses,
    Map<String, float[]> weights,
    Map<String, Double> numbers) {
  /** One of the numbers. */
  Double number(String name, double otherwise) {
    return numbers.getOrDefault(name, otherwise);
  }
}
