package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.training.Progress;
import java.util.Map;
import java.util.function.Supplier;

/** The average of the parameters, and how it is saved in a training state. */
final class ParameterAverage {
  static final String NAME = "average";
  static final String COUNT = "averaged-updates";

  private final Averaging rule;
  private final Parameters parameters;
  private final float[] average;
  private long counted;

  ParameterAverage(Averaging rule, Parameters parameters) {
    this.rule = rule;
    this.parameters = parameters;
    this.average = new float[isNone() ? 0 : parameters.count()];
  }

  /** Whether nothing is averaged. */
  boolean isNone() {
    return rule instanceof Averaging.None;
  }

  /** Called after an update; the progress is not computed if nothing is averaged. */
  void update(Supplier<Progress> progress, boolean endOfEpoch) {
    if (isNone()) {
      return;
    }
    double weight = rule.share(counted, progress.get(), endOfEpoch);
    if (weight == 0) {
      return;
    }
    float[] p = parameters.values();
    if (counted == 0) {
      System.arraycopy(p, 0, average, 0, average.length);
    } else {
      float share = (float) weight;
      for (int i = 0; i < average.length; i++) {
        average[i] += share * (p[i] - average[i]);
      }
    }
    counted++;
  }

  /** Whether at least one update has been averaged. */
  boolean exists() {
    return counted > 0;
  }

  /** Swaps the parameters and their average; a second call swaps them back. */
  void exchange() {
    if (exists()) {
      float[] p = parameters.values();
      for (int i = 0; i < average.length; i++) {
        float value = p[i];
        p[i] = average[i];
        average[i] = value;
      }
      parameters.changed();
    }
  }

  void save(Map<String, float[]> weights, Map<String, Double> numbers) {
    if (exists()) {
      weights.put(NAME, average.clone());
      numbers.put(COUNT, (double) counted);
    }
  }

  void check(TrainingState state) {
    long updates = state.count(COUNT);
    if (isNone() ? updates > 0 : updates > state.step()) {
      throw new ComportaException(
          formatted(
              "[resume] the checkpoint has an average of %d updates after update %d, which these settings do not make; it was not written by this program",
              updates, state.step()));
    }
    String what = "the average of the parameters";
    state.requireWeights(NAME, what, updates > 0 ? average : null);
  }

  void restore(TrainingState state) {
    counted = state.count(COUNT);
    if (exists()) {
      FloatArrays.restore("the average of the parameters", average, state.weights().get(NAME));
    }
  }
}
