package dev.comporta.training;

import java.util.Map;
import org.apiguardian.api.API;

/**
 * All that a trainer needs, beside the parameters, to go on as if it had not stopped. The arrays
 * are copies.
 *
 * @param step updates done
 * @param epoch epochs completed
 * @param chunk the index of the next chunk of the current epoch; updates never begin in the middle
 *     of an accumulation
 * @param tokens timesteps trained on that were not padding
 * @param slots the optimizer's arrays by name, one float for each parameter element
 * @param scalars the optimizer's numbers, one parameter group after the other
 * @param carry the carried state by name
 * @param fresh the rows whose carry has seen no timestep
 * @param recentLosses the losses of the latest updates, oldest first
 * @param validationLosses the validation losses on schedule, in order
 * @param weights other values of the parameters by name, such as their average
 * @param numbers what else is counted, by name
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // copies that one writer reads
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
