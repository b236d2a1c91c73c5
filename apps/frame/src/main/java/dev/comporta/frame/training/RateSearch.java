package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.LearningRateFinder;
import dev.comporta.training.LearningRateFinder.Point;
import dev.comporta.training.TrainingRules;
import dev.comporta.training.data.ChunkSource;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Consumer;

/**
 * A search for the base learning rate before a training, see {@link LearningRateFinder}: from a
 * thousandth to a thousand times the rate that training would have had.
 *
 * @param updates how many rates to try, or 0 for no search
 * @param scale what the trainer's rate is divided by for the rate that a user would set
 */
record RateSearch(int updates, double scale) {
  private static final String NAME = "find-learning-rate";
  private static final double RANGE = 1000;

  /** The digits of a rate that is found. */
  private static final MathContext DIGITS = new MathContext(3);

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
   * @param log takes one line with the result
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
              "[%s] the loss did not fall at any of %d learning rates from %.2e to %.2e; look at the data, or give --learning-rate",
              NAME, result.points().size(), lowest, last.learningRate() / scale));
    }
    double found = new BigDecimal(result.suggestion() / scale).round(DIGITS).doubleValue();
    log.accept(
        formatted(
            "learning rate %s: a tenth of the rate with the lowest loss, among %d rates from %.2e to %.2e",
            found, result.points().size(), lowest, last.learningRate() / scale));
    return found;
  }
}
