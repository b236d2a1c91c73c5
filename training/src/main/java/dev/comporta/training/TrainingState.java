package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

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
  /** Larger counts than any training reaches, and exact as numbers of any kind. */
  private static final long MOST = 1L << 53;

  /** One of the numbers. */
  double number(String name, double otherwise) {
    Double number = numbers.get(name);
    return number == null ? otherwise : number;
  }

  /** One of the numbers that is a count, 0 where there is none. */
  long count(String name) {
    double number = number(name, 0);
    if (!(number >= 0 && number <= MOST && number == Math.rint(number))) {
      throw new ComportaException(
          formatted(
              "[resume] expected a whole number of 0 or more for '%s' but the checkpoint has %s; it was not written by this program",
              name, number));
    }
    return (long) number;
  }

  /** Refuses other values of the parameters than are expected: those for a target, or none. */
  void requireWeights(String name, String what, float @Nullable [] target) {
    float[] saved = weights.get(name);
    if (target != null) {
      FloatArrays.requireFinite(what, FloatArrays.check(what, target, saved));
    } else if (saved != null) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint has values for %s, which these settings do not keep; it was not written by this program",
              what));
    }
  }

  /**
   * Refuses what no training of these numbers could be after.
   *
   * @param steps at which the training ends
   * @param chunks of an epoch
   * @param accumulate chunks of an update
   */
  void requirePossible(long steps, int chunks, int accumulate) {
    if (step < 0 || epoch < 0 || chunk < 0 || tokens < 0 || tokens > MOST) {
      throw new ComportaException(
          formatted(
              "[resume] expected counts of 0 or more but the checkpoint has update %d, epoch %d, chunk %d and %d timesteps; it was not written by this program",
              step, epoch, chunk, tokens));
    }
    if (step > steps) {
      throw new ComportaException(
          formatted(
              "[resume] expected a checkpoint of at most %d updates, the length of this run, but it has %d; set more steps or epochs",
              steps, step));
    }
    if (chunk >= chunks || chunk % accumulate != 0 || recentLosses.length > Trainer.RECENT) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint is at chunk %d with %d recent losses, but the data has %d chunks, %d per update; it was written for other data or settings",
              chunk, recentLosses.length, chunks, accumulate));
    }
    long updates = Math.ceilDiv(chunks, accumulate);
    long there = epoch * updates + chunk / accumulate;
    if (step != there) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint claims %d updates, but epoch %d and chunk %d follow update %d; it was written for other data or settings",
              step, epoch, chunk, there));
    }
    if (recentLosses.length > Math.min(step, Trainer.RECENT) || validationLosses.length > step) {
      throw new ComportaException(
          formatted(
              "[resume] expected the losses of the latest updates and at most one validation for each but the checkpoint has %d and %d after update %d; it was not written by this program",
              recentLosses.length, validationLosses.length, step));
    }
    for (double loss : recentLosses) {
      if (!Double.isFinite(loss)) {
        throw new ComportaException(
            formatted(
                "[resume] expected finite losses of the latest updates but the checkpoint has %s; it was not written by this program",
                loss));
      }
    }
  }

  /** Refuses values and numbers that no part of the trainer knows, and NaN. */
  void requireKnown(Set<String> knownWeights, Set<String> knownNumbers) {
    for (String name : weights.keySet()) {
      if (!knownWeights.contains(name)) {
        throw unknown(name);
      }
    }
    numbers.forEach((name, number) -> {
      if (!knownNumbers.contains(name)) {
        throw unknown(name);
      }
      if (number.isNaN()) { // infinite where a loss overflowed
        throw new ComportaException(
            formatted(
                "[resume] expected a number for '%s' but the checkpoint has NaN; it was not written by this program",
                name));
      }
    });
  }

  private static ComportaException unknown(String name) {
    return new ComportaException(
        formatted(
            "[resume] the checkpoint has '%s', which no training keeps; it was not written by this program",
            name));
  }
}
