package dev.comporta.training.listeners;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import org.apiguardian.api.API;

/**
 * An average of a model's parameters over its updates, often better than the last of them.
 *
 * <pre>
 * exponential:  a = p after the first update, then a = decay a + (1 - decay) p
 * equal:        a = a + (p - a) / n            n updates from the first that counts, every k-th
 * </pre>
 *
 * <p>{@link #swap} puts the average in the place of the parameters, to measure or to save them, and
 * takes it out again; training goes on only with it out. Sources: Polyak and Juditsky 1992 (equal,
 * ASGD); Izmailov et al. 2018 (equal with k, SWA); Tarvainen and Valpola 2017 (exponential, EMA).
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ParameterAverage implements TrainingListener {
  private final Parameters parameters;
  private final double decay; // NaN for equal weights
  private final long first;
  private final long every;
  private final float[] average;
  private long count;
  private boolean swapped;

  private ParameterAverage(Parameters parameters, double decay, long first, long every) {
    this.parameters = parameters;
    this.decay = decay;
    this.first = first;
    this.every = every;
    this.average = new float[parameters.count()];
  }

  /**
   * An exponential moving average (EMA) over all updates.
   *
   * @param parameters those of the model
   * @param decay what is kept of the average at each update, in [0, 1); 0.999 is usual
   * @return the average, nothing counted yet
   * @throws InvalidOptionException if the decay is out of range
   */
  public static ParameterAverage exponential(Parameters parameters, double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new InvalidOptionException(
          "[parameter-average] expected a decay in [0, 1) but got %s".formatted(decay));
    }
    return new ParameterAverage(parameters, decay, 1, 1);
  }

  /**
   * An average with equal weights (SWA, ASGD).
   *
   * @param parameters those of the model
   * @param first the update that is counted first, from 1
   * @param every how many updates from one that is counted to the next, 1 or more
   * @return the average, nothing counted yet
   * @throws InvalidOptionException if a number is out of range
   */
  public static ParameterAverage equal(Parameters parameters, long first, long every) {
    if (first < 1 || every < 1) {
      throw new InvalidOptionException(
          "[parameter-average] expected a first update and a distance of 1 or more but got %d and %d"
              .formatted(first, every));
    }
    return new ParameterAverage(parameters, Double.NaN, first, every);
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Stepped stepped
        && stepped.step() >= first
        && (stepped.step() - first) % every == 0) {
      requireOut();
      count++;
      float[] p = parameters.values();
      float share = (float) (count == 1 ? 1 : Double.isNaN(decay) ? 1.0 / count : 1 - decay);
      for (int i = 0; i < p.length; i++) {
        average[i] += share * (p[i] - average[i]);
      }
    }
  }

  private void requireOut() {
    if (swapped) {
      throw new IllegalStateException("the average is in the place of the parameters");
    }
  }

  /**
   * Exchanges the parameters and their average; a second call exchanges them back. Nothing happens
   * before the first update that counts.
   */
  public void swap() {
    if (count == 0) {
      return;
    }
    float[] p = parameters.values();
    for (int i = 0; i < p.length; i++) {
      float value = p[i];
      p[i] = average[i];
      average[i] = value;
    }
    swapped = !swapped;
    parameters.changed();
  }

  /**
   * The updates that were counted.
   *
   * @return 0 or more
   */
  public long count() {
    return count;
  }

  /**
   * A copy of the average, to be kept beside a checkpoint.
   *
   * @return one number for each element of the parameters
   */
  public float[] values() {
    requireOut();
    return average.clone();
  }

  /**
   * Takes over what an earlier run had.
   *
   * @param values its average
   * @param counted the updates that it had counted
   * @throws ShapeException if it was of another model
   */
  public void restore(float[] values, long counted) {
    requireOut();
    if (values.length != average.length) {
      throw new ShapeException(
          "[parameter-average] expected an average of %d parameters but got %d"
              .formatted(average.length, values.length));
    }
    System.arraycopy(values, 0, average, 0, values.length);
    count = counted;
  }
}
