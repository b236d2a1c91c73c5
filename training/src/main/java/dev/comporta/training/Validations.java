package dev.comporta.training;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Progress;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The validations of a training run, and which parameters it leaves: the best, the averaged or the
 * last ones. If there is an average, it is what is measured.
 */
final class Validations {
  /** The name of the last loss in a checkpoint. */
  static final String LAST = "last-validation";

  private final ModelRunner runner;
  private final Parameters parameters;
  private final Loss trainingLoss;
  private final @Nullable ChunkSource data;
  private final List<Double> losses = new ArrayList<>();
  private ValidationRules rules = ValidationRules.EVERY_EPOCH;
  private BestWriter writer = (at, loss) -> {};
  private ParameterAverage average;
  private BestParameters best;
  private double last = Double.NaN;

  Validations(
      ModelRunner runner, Parameters parameters, Loss trainingLoss, @Nullable ChunkSource data) {
    this.runner = runner;
    this.parameters = parameters;
    this.trainingLoss = trainingLoss;
    this.data = data;
    this.average = new ParameterAverage(new Averaging.None(), parameters);
    this.best = new BestParameters(false, parameters);
  }

  void setRules(ValidationRules newRules) {
    if (data == null && (newRules.patience() > 0 || newRules.keepBest())) {
      throw new ComportaException(
          "[trainer] expected validation data for early stopping or to keep the best parameters but got none");
    }
    rules = newRules;
    best = new BestParameters(newRules.keepBest(), parameters);
  }

  void setAveraging(Averaging averaging) {
    average = new ParameterAverage(averaging, parameters);
  }

  void setWriter(BestWriter newWriter) {
    writer = newWriter;
  }

  ValidationRules rules() {
    return rules;
  }

  boolean hasData() {
    return data != null;
  }

  /** Those on schedule, in order. */
  List<Double> losses() {
    return losses;
  }

  /** That of the current parameters, or NaN if they were not measured. */
  double last() {
    return last;
  }

  BestParameters best() {
    return best;
  }

  /** Whether early stopping ends the run. */
  boolean exhausted() {
    return rules.exhausted(losses);
  }

  /** Whether there is a validation after this update. */
  boolean isDue(long step, boolean endOfEpoch) {
    return rules.every() == 0 ? endOfEpoch : step % rules.every() == 0;
  }

  /** The parameters have changed. */
  void forget() {
    last = Double.NaN;
  }

  /** Called after an update; the progress is not computed if nothing is averaged. */
  void average(Supplier<Progress> progress, boolean endOfEpoch) {
    average.update(progress, endOfEpoch);
  }

  /** Whether parameters are averaged. */
  boolean averages() {
    return !average.isNone();
  }

  /** Measures the current parameters, if there are data. */
  void measure(long step, int epoch, GuardedListener listening) {
    if (data != null) {
      average.exchange();
      try {
        last =
            Evaluation.of(runner, Objects.requireNonNullElse(rules.loss(), trainingLoss), data)
                .mean();
      } finally {
        average.exchange();
      }
      listening.tell(new TrainingEvent.Validated(step, epoch, last));
    }
  }

  void measureOnSchedule(long step, int epoch, GuardedListener listening) {
    if (data != null) {
      measure(step, epoch, listening);
      losses.add(last);
      offer(step);
    }
  }

  /** The parameters that were measured last may be the best. */
  void offer(long step) {
    average.exchange();
    try {
      if (best.offer(last, step)) {
        writer.write(step, last);
      }
    } finally {
      average.exchange();
    }
  }

  /** Leaves the model with the best parameters if they are kept, and returns their loss. */
  double leaveParameters() {
    if (best.exists()) {
      best.use();
      return best.loss();
    }
    average.exchange();
    return last;
  }

  void save(Map<String, float[]> weights, Map<String, Double> numbers) {
    average.save(weights, numbers);
    best.save(weights, numbers);
    if (!Double.isNaN(last)) {
      numbers.put(LAST, last);
    }
  }

  void check(TrainingState state) {
    average.check(state);
    best.check(state);
  }

  void restore(TrainingState state) {
    average.restore(state);
    best.restore(state);
    losses.clear();
    Arrays.stream(state.validationLosses()).forEach(losses::add);
    last = data == null ? Double.NaN : state.number(LAST, Double.NaN);
  }
}
