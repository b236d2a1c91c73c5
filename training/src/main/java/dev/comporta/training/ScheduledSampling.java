package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * Scheduled sampling (Bengio et al. 2015): a decoder that always reads the right answer so far
 * never learns to go on from a wrong one, so that a growing share of its inputs is replaced by what
 * it would have answered itself.
 *
 * <p>This is the form of Mihaylova and Martins 2019 (section 4), which keeps all timesteps in one
 * batch: a first pass, without noise and without gradients, reads the right answers and gives the
 * most likely token at each timestep; the second pass, which learns, reads at each timestep but the
 * first one that token of the timestep before with probability {@code rate * ramp}, else the right
 * one. An answer that was itself drawn after a wrong one is not seen, unlike in the step by step
 * form; no gradient flows through the choice, in either. Draws are functions of seed, update,
 * timestep and row.
 *
 * <pre>
 * linear:            ramp = i / n                           after i of n updates
 * inverse-sigmoid:   ramp = e^(i/k) / (k + e^(i/k)),  k ln k = n / 2, so that it is 1/2 at the middle
 * </pre>
 *
 * @param rate the probability at the end, in [0, 1]; 0 for teacher forcing all along
 * @param ramp how it grows
 */
@API(status = API.Status.EXPERIMENTAL)
public record ScheduledSampling(double rate, Ramp ramp) {
  /** Teacher forcing. */
  public static final ScheduledSampling NONE = new ScheduledSampling(0, Ramp.LINEAR);

  /** How a probability grows. */
  public enum Ramp {
    /** In proportion to the updates. */
    LINEAR,
    /** Slowly, then fast, then slowly. */
    INVERSE_SIGMOID;

    private String option() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Checks the rate.
   *
   * @throws InvalidOptionException if it is no probability
   */
  public ScheduledSampling {
    if (!(rate >= 0 && rate <= 1)) {
      throw new InvalidOptionException(
          "[scheduled sampling] expected a rate from 0 to 1 but got " + rate);
    }
  }

  /**
   * Reads a rule.
   *
   * @param what whose value it is, for messages
   * @param text a rate, such as {@code 0.25}, or with a ramp {@code 0.25:inverse-sigmoid}; linear
   *     otherwise
   * @return the rule
   * @throws InvalidOptionException if the text is none
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
              "%s expected a rate from 0 to 1 but got %s".formatted(what, number));
        }
        return new ScheduledSampling(rate, ramp);
      }
    }
    List<String> names = Arrays.stream(Ramp.values()).map(Ramp::option).toList();
    throw new InvalidOptionException(
        "%s expected a rate with one of %s, as in 0.25:linear, but got '%s'"
            .formatted(what, names, text));
  }

  private static double number(String what, String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidOptionException(
          "%s expected a rate from 0 to 1, as in 0.25 or 0.25:linear, but got '%s'"
              .formatted(what, text));
    }
  }

  /**
   * The probability at an update.
   *
   * @param step updates done
   * @param steps updates of the whole training
   * @return in [0, rate]
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
   * A batch whose inputs are partly answers.
   *
   * @param batch with ids as input
   * @param answers what the model answered at each timestep {@code [T, B]}
   * @param probability of an answer in the place of an input
   * @param random the draws of this update
   * @return the batch with other inputs; labels and source are the same
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
