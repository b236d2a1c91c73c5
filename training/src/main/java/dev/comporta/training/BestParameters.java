package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameters;
import java.util.Map;

/** The lowest validation loss so far and the parameters that achieved it. */
final class BestParameters {
  static final String NAME = "best";
  static final String LOSS = "best-loss";
  static final String STEP = "best-step";

  private final Parameters parameters;
  private final float[] best;
  private double loss = Double.NaN;
  private long step;

  BestParameters(boolean kept, Parameters parameters) {
    this.parameters = parameters;
    this.best = new float[kept ? parameters.count() : 0];
  }

  /** Keeps the current parameters if their loss is the lowest so far. */
  boolean offer(double measured, long at) {
    boolean better = Double.isNaN(loss) ? !Double.isNaN(measured) : measured < loss;
    if (better) {
      loss = measured;
      step = at;
      System.arraycopy(parameters.values(), 0, best, 0, best.length);
    }
    return better;
  }

  /** Whether parameters have been kept. */
  boolean exists() {
    return best.length > 0 && !Double.isNaN(loss);
  }

  double loss() {
    return loss;
  }

  long step() {
    return step;
  }

  /** Copies the best parameters into the model. */
  void use() {
    System.arraycopy(best, 0, parameters.values(), 0, best.length);
    parameters.changed();
  }

  void save(Map<String, float[]> weights, Map<String, Double> numbers) {
    if (!Double.isNaN(loss)) {
      numbers.put(LOSS, loss);
      numbers.put(STEP, (double) step);
      if (best.length > 0) {
        weights.put(NAME, best.clone());
      }
    }
  }

  void check(TrainingState state) {
    boolean has = state.numbers().containsKey(LOSS);
    if (has != state.numbers().containsKey(STEP) || state.count(STEP) > state.step()) {
      throw new ComportaException(
          formatted(
              "[resume] expected the loss of the best parameters and an update of at most %d but the checkpoint has %s; it was not written by this program",
              state.step(), state.numbers()));
    }
    state.requireWeights(NAME, "the best parameters", has && best.length > 0 ? best : null);
  }

  void restore(TrainingState state) {
    loss = state.number(LOSS, Double.NaN);
    step = state.count(STEP);
    if (exists()) {
      FloatArrays.restore("the best parameters", best, state.weights().get(NAME));
    }
  }
}
