package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tasks.TaskOption;
import dev.comporta.training.LearningRateFinder;
import dev.comporta.training.LearningRateFinder.Point;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.data.ChunkSource;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * A search for the base learning rate before a training, see {@link LearningRateFinder}: from a
 * thousandth to a thousand times the rate that training would have had.
 *
 * @param updates how many rates to try, or 0 for no search
 * @param scale what the trainer's rate is divided by for the rate that a user would set
 */
@API(status = API.Status.EXPERIMENTAL)
public record RateSearch(int updates, double scale) {
  static final String NAME = "find-learning-rate";
  private static final double RANGE = 1000;

  /** More rates than anybody needs; each is kept until the search has ended. */
  private static final int MOST = 100_000;

  /** The digits of a rate that is found: nobody types more. */
  private static final MathContext DIGITS = new MathContext(3);

  static TaskOption option() {
    return TaskOption.whole(
        NAME, "0", "updates at growing rates that find the base learning rate before training");
  }

  static RateSearch read(Spec given, OptionReader options) {
    int updates = options.whole(NAME, 0, MOST, 0);
    if (updates == 1) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option '%s' expected 0 or at least 2 updates but got 1", given.name(), NAME));
    }
    if (updates > 0 && given.options().containsKey("learning-rate")) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected either learning-rate or %s but got both; leave one out",
              given.name(), NAME));
    }
    return new RateSearch(updates, 1);
  }

  RateSearch scaled(double by) {
    return new RateSearch(updates, scale * by);
  }

  /**
   * Searches.
   *
   * @param model what will be trained; unchanged afterwards
   * @param runner runs this model
   * @param workers share the optimizer's work
   * @param rules loss, optimizer and clipping
   * @param data to learn from
   * @param otherwise the trainer's rate if there were no search
   * @param seed of dropout
   * @param log is told in one line what was found
   * @return a tenth of the rate at which the loss was lowest, as a user would set it
   * @throws ComportaException if it never fell
   */
  double find(
      SequenceModel model,
      ModelRunner runner,
      Workers workers,
      TrainingRules rules,
      ChunkSource data,
      double otherwise,
      long seed,
      Consumer<String> log) {
    LearningRateFinder.Result result =
        LearningRateFinder.find(
            model,
            runner,
            workers,
            rules,
            data,
            otherwise / RANGE,
            otherwise * RANGE,
            updates,
            seed);
    double lowest = otherwise / RANGE / scale;
    Point last = result.points().getLast();
    if (Double.isNaN(result.suggestion())) {
      throw new ComportaException(
          formatted(
              "[%s] the loss fell at none of %d learning rates from %.2e to %.2e; look at the data, or give --learning-rate",
              NAME, result.points().size(), lowest, last.learningRate() / scale));
    }
    double found = new BigDecimal(result.suggestion() / scale).round(DIGITS).doubleValue();
    log.accept(
        formatted(
            "learning rate %s: a tenth of where the loss was lowest, of %d rates from %.2e to %.2e",
            found, result.points().size(), lowest, last.learningRate() / scale));
    return found;
  }
}
