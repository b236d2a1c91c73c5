package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * Scheduled sampling (Bengio et al. 2015): a decoder trained with teacher forcing never learns to
 * recover from its own errors, so a growing share of its inputs is replaced by its own predictions.
 *
 * <p>This is the two-pass form of Mihaylova and Martins 2019 (section 4), which computes all
 * timesteps in one batch. The first pass uses teacher forcing, without noise or gradients, and
 * gives the most likely token at each timestep. The second pass is the training pass: its input at
 * each timestep except the first is the token predicted for the previous timestep with probability
 * {@code rate * ramp}, else the true token. Unlike in the step-by-step form, a prediction never
 * depends on other predictions. In both forms no gradient flows through the choice. Random numbers
 * depend on seed, update, timestep and row.
 *
 * <pre>
 * linear:            ramp = i / n                           after i of n updates
 * inverse-sigmoid:   ramp = e^(i/k) / (k + e^(i/k)),  k ln k = n / 2, so that ramp(n / 2) = 1/2
 * </pre>
 *
 * @param rate the final probability, in [0, 1]; 0 for teacher forcing throughout
 * @param ramp the growth of the probability over the updates
 */
@API(status = API.Status.EXPERIMENTAL)
public record ScheduledSampling(double rate, Ramp ramp) {
  /** Teacher forcing throughout. */
  public static final ScheduledSampling NONE = new ScheduledSampling(0, Ramp.LINEAR);

  /** The growth of a probability over the updates. */
  public enum Ramp {
    /** Proportional to the number of updates. */
    LINEAR,
    /** An S-curve: slow at both ends, fast in the middle. */
    INVERSE_SIGMOID;

    private String option() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Checks the rate.
   *
   * @throws InvalidOptionException if it is not in [0, 1]
   */
  public ScheduledSampling {
    if (!(rate >= 0 && rate <= 1)) {
      throw new InvalidOptionException(
          "[scheduled sampling] expected a rate from 0 to 1 but got " + rate);
    }
  }

  /**
   * Parses scheduled sampling from text.
   *
   * @param what the name of the option, for messages
   * @param text a rate, such as {@code 0.25}, optionally with a ramp, such as {@code
   *     0.25:inverse-sigmoid}; the default ramp is linear
   * @return the scheduled sampling
   * @throws InvalidOptionException if the text is not valid
   */
  public static ScheduledSampling parse(String what, String text) {
    int colon = text.indexOf(':');
    String number = colon < 0 ? text : text.substring(0, colon);
    String name = colon < 0 ? Ramp.LINEAR.option() : text.substring(colon + 1);
    for (Ramp ramp : Ramp.values()) {
      if (ramp.option().equals(name)) {
        double rate = number(what, number);
        if (!(rate >= 0 && rate <= 1)) {
          throw new InvalidOptionException(
              formatted("%s expected a rate from 0 to 1 but got %s", what, number));
        }
        return new ScheduledSampling(rate, ramp);
      }
    }
    List<String> names = Arrays.stream(Ramp.values()).map(Ramp::option).toList();
    throw new InvalidOptionException(
        formatted(
            "%s expected a rate with one of %s, as in 0.25:linear, but got '%s'",
            what, names, text));
  }

  private static double number(String what, String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidOptionException(
          formatted(
              "%s expected a rate from 0 to 1, as in 0.25 or 0.25:linear, but got '%s'",
              what, text));
    }
  }

  /**
   * The probability at an update.
   *
   * @param step the number of completed updates
   * @param steps the number of updates of the whole training run
   * @return a probability in [0, rate]
   */
  public double rate(long step, long steps) {
    return rate
        * switch (ramp) {
          case LINEAR -> Math.min(1, (double) step / Math.max(1, steps));
          case INVERSE_SIGMOID -> {
            double k = decay(steps);
            yield 1 / (1 + k * StrictMath.exp(-step / k));
          }
        };
  }

  /** The k with k ln k = steps / 2. */
  private static double decay(long steps) {
    double k = Math.max(1.5, steps / 2.0);
    for (int i = 0; i < 60; i++) {
      k = Math.max(1.01, (k + steps / 2.0) / (1 + StrictMath.log(k))); // Newton
    }
    return k;
  }

  /**
   * Replaces some inputs of a batch by predictions.
   *
   * @param batch a batch with ids as input
   * @param answers the token predicted at each timestep, {@code [T, B]}
   * @param probability the probability that an input is replaced by a prediction
   * @param random the random numbers of this update
   * @return a batch with the new inputs and the same labels and source
   */
  public static Batch mixed(Batch batch, Ids answers, double probability, RandomSource random) {
    int rows = batch.batch();
    int[] values = batch.inputIds().values().clone();
    for (int i = rows; i < values.length; i++) {
      if (random.uniform(i) < probability) {
        values[i] = answers.values()[i - rows];
      }
    }
    return batch.withIds(new Ids(batch.timesteps(), rows, values));
  }
}
