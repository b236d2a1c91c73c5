package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
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
  private static final String PROGRESS = "training";
  private static final String SLOT = "optimizer.";
  private static final String CARRY = "carry.";
  private static final String FRESH = "fresh-rows";
  private static final String SCALARS = "optimizer-scalars";
  private static final String RECENT = "recent-losses";
  private static final String VALIDATION = "validation-losses";
  private static final String WEIGHTS = "weights.";
  private static final String COUNTED = "counted.";
  private static final Set<String> COUNTS = Set.of("step", "epoch", "chunk", "tokens");
  private static final Set<String> ROWS = Set.of(FRESH, SCALARS, RECENT, VALIDATION);

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

  /**
   * The counts as a specification, for a checkpoint: {@link #of} takes them back.
   *
   * @return step, epoch, chunk and tokens
   */
  public Spec progress() {
    return Spec.of(PROGRESS)
        .with("step", step)
        .with("epoch", epoch)
        .with("chunk", chunk)
        .with("tokens", tokens);
  }

  /**
   * All float32 arrays, for a checkpoint: {@link #of} takes them back.
   *
   * @return slots, carry and other weights by name
   */
  public Map<String, float[]> arrays() {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    slots.forEach((name, values) -> arrays.put(SLOT + name, values));
    carry.forEach((name, values) -> arrays.put(CARRY + name, values));
    weights.forEach((name, values) -> arrays.put(WEIGHTS + name, values));
    return arrays;
  }

  /**
   * All rows of float64 numbers, for a checkpoint: {@link #of} takes them back.
   *
   * @return scalars, losses and counters by name
   */
  public Map<String, double[]> rows() {
    Map<String, double[]> rows = new LinkedHashMap<>();
    double[] begun = new double[fresh.length];
    for (int row = 0; row < begun.length; row++) {
      begun[row] = fresh[row] ? 1 : 0;
    }
    rows.put(FRESH, begun);
    rows.put(SCALARS, scalars);
    rows.put(RECENT, recentLosses);
    rows.put(VALIDATION, validationLosses);
    numbers.forEach((name, value) -> rows.put(COUNTED + name, new double[] {value}));
    return rows;
  }

  /**
   * The state of a checkpoint, such as {@code Checkpoint} of module serialization.
   *
   * @param progress as {@link #progress}
   * @param arrays as {@link #arrays}
   * @param rows as {@link #rows}
   * @return the state
   * @throws ComportaException if something is missing, or there is something that no trainer stores
   */
  public static TrainingState of(
      Spec progress, Map<String, float[]> arrays, Map<String, double[]> rows) {
    for (String name : progress.options().keySet()) {
      if (!COUNTS.contains(name)) {
        throw neverStored("a count", name);
      }
    }
    int epoch = (int) count(progress, "epoch", Integer.MAX_VALUE);
    int chunk = (int) count(progress, "chunk", Integer.MAX_VALUE);
    Map<String, float[]> slots = new LinkedHashMap<>();
    Map<String, float[]> carry = new LinkedHashMap<>();
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Map.Entry<String, float[]> array : arrays.entrySet()) {
      String name = array.getKey();
      if (name.startsWith(SLOT)) {
        slots.put(name.substring(SLOT.length()), array.getValue());
      } else if (name.startsWith(CARRY)) {
        carry.put(name.substring(CARRY.length()), array.getValue());
      } else if (name.startsWith(WEIGHTS)) {
        weights.put(name.substring(WEIGHTS.length()), array.getValue());
      } else {
        throw neverStored("an array", name);
      }
    }
    Map<String, Double> counted = new LinkedHashMap<>();
    rows.forEach((name, row) -> {
      if (name.startsWith(COUNTED) && row.length == 1) {
        counted.put(name.substring(COUNTED.length()), row[0]);
      } else if (!ROWS.contains(name)) {
        throw neverStored("a row of numbers", name);
      }
    });
    double[] begun = required(rows, FRESH);
    boolean[] fresh = new boolean[begun.length];
    for (int row = 0; row < begun.length; row++) {
      if (begun[row] != 0 && begun[row] != 1) {
        throw new ComportaException(
            formatted(
                "[resume] expected 0 or 1 for row %d of %s but the checkpoint has %s; it was not written by this program",
                row, FRESH, begun[row]));
      }
      fresh[row] = begun[row] != 0;
    }
    return new TrainingState(
        count(progress, "step", Long.MAX_VALUE),
        epoch,
        chunk,
        count(progress, "tokens", Long.MAX_VALUE),
        slots,
        required(rows, SCALARS),
        carry,
        fresh,
        required(rows, RECENT),
        required(rows, VALIDATION),
        weights,
        counted);
  }

  private static double[] required(Map<String, double[]> rows, String name) {
    double[] row = rows.get(name);
    if (row == null) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint has no numbers '%s'; it was not written by this program",
              name));
    }
    return row;
  }

  private static ComportaException neverStored(String what, String name) {
    return new ComportaException(
        formatted(
            "[resume] the checkpoint has %s '%s' that training never stores; it was not written by this program",
            what, name));
  }

  private static long count(Spec progress, String option, long most) {
    Object found = progress.options().get(option);
    if (found == null) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint does not say its %s; it was written by another version",
              option));
    }
    if (found instanceof Long number && number >= 0 && number <= most) {
      return number;
    }
    throw new ComportaException(
        formatted(
            "[resume] expected a whole number from 0 to %d for '%s' but the checkpoint has %s; it was not written by this program",
            most, option, found));
  }
}
