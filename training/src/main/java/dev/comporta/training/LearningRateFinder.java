package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.ModelRunner.LossResult;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Learning-rate range test: trains with a rate that grows by a constant factor from one update to
 * the next, until the loss is far above its minimum. The parameters are restored afterwards.
 *
 * <pre>
 * rate_i = lowest (highest / lowest)^(i / (updates - 1))
 * smooth_i = 0.9 smooth_(i-1) + 0.1 loss_i        divided by 1 - 0.9^(i+1)
 * </pre>
 *
 * <p>Source: Smith 2017, <i>Cyclical Learning Rates for Training Neural Networks</i>, section 3.3.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LearningRateFinder {
  /** The search ends when the loss exceeds the minimum by this factor. */
  private static final double FAR = 4;

  private static final double KEPT = 0.9;

  /**
   * The suggestion is the rate at the minimum divided by this: the smoothed loss lags behind, and a
   * rate that works for a few updates may diverge later.
   */
  private static final double ROOM = 10;

  private LearningRateFinder() {}

  /**
   * One update.
   *
   * @param learningRate the learning rate
   * @param loss the mean loss of the chunk, before the update
   * @param smooth the smoothed loss
   */
  public record Point(double learningRate, double loss, double smooth) {}

  /**
   * The result of the search.
   *
   * @param points the updates in order; fewer than requested if the search ended early
   * @param suggestion a tenth of the rate at which the smoothed loss was lowest, a margin for later
   *     updates, where the loss surface is steeper; NaN if the loss never fell
   */
  public record Result(List<Point> points, double suggestion) {
    /** Copies the list. */
    public Result {
      points = List.copyOf(points);
    }
  }

  /**
   * Tries rates on the first epoch of the data, which is repeated if it is too short.
   *
   * @param model the model to train
   * @param runner runs this model
   * @param workers threads for clipping and the optimizer
   * @param rules the training rules; the schedule is ignored
   * @param data the training data
   * @param lowest the first rate, above 0
   * @param highest the last rate, above the first
   * @param updates the number of rates to try, 2 or more
   * @param seed the seed of dropout
   * @return the losses and a suggestion
   * @throws InvalidOptionException if a number is out of range
   */
  public static Result find(
      SequenceModel model,
      ModelRunner runner,
      Workers workers,
      TrainingRules rules,
      ChunkSource data,
      double lowest,
      double highest,
      int updates,
      long seed) {
    if (!(lowest > 0 && highest > lowest && highest < Double.POSITIVE_INFINITY) || updates < 2) {
      throw new InvalidOptionException(
          formatted(
              "[learning-rate-finder] expected rates above 0, the lower one first, and 2 or more updates but got %s to %s in %d updates",
              lowest, highest, updates));
    }
    Parameters parameters = model.parameters();
    float[] before = parameters.values().clone();
    try {
      return search(model, runner, workers, rules, data, lowest, highest, updates, seed);
    } finally {
      System.arraycopy(before, 0, parameters.values(), 0, before.length);
      parameters.changed();
    }
  }

  private static Result search(
      SequenceModel model,
      ModelRunner runner,
      Workers workers,
      TrainingRules rules,
      ChunkSource data,
      double lowest,
      double highest,
      int updates,
      long seed) {
    ParameterUpdate update =
        new ParameterUpdate(rules.optimizer(), rules.groups(), model.parameters(), workers);
    ChunkGradients gradients =
        new ChunkGradients(
            runner,
            rules,
            rules.penalties().onOutputs(model.layers()),
            data,
            new CounterRandom(seed));
    int chunk = 0;
    List<Point> points = new ArrayList<>();
    double mean = 0;
    double least = Double.POSITIVE_INFINITY;
    int empty = 0;
    for (int i = 0; i < updates; i++) {
      LossResult loss = gradients.of(i, 0, chunk).loss();
      chunk += gradients.chunksFrom(chunk);
      chunk = chunk == data.chunks() ? 0 : chunk;
      if (loss.weight() == 0 && Double.isFinite(loss.sum())) {
        if (++empty == data.chunks()) {
          throw new ComportaException(
              "[learning-rate-finder] expected a timestep that counts but there are only padding and ignored labels");
        }
        i--; // a chunk in which nothing counts says nothing of a rate
        continue;
      }
      empty = 0;
      double rate = lowest * Math.pow(highest / lowest, (double) i / (updates - 1));
      mean = KEPT * mean + (1 - KEPT) * loss.mean();
      double smooth = mean / (1 - Math.pow(KEPT, i + 1.0));
      points.add(new Point(rate, loss.mean(), smooth));
      least = Math.min(least, smooth);
      if (!(smooth <= FAR * Math.abs(least))) {
        break;
      }
      rules.penalties().addTo(runner.gradients(), model.parameters().values(), update.learned());
      if (!Double.isFinite(rules.clipping().clip(runner.gradients(), update.learned(), workers))) {
        break;
      }
      update.apply(i + 1L, rate, runner.gradients());
    }
    return new Result(points, suggestion(points));
  }

  private static double suggestion(List<Point> points) {
    Point lowest = points.getFirst();
    for (Point point : points) {
      if (point.smooth() < lowest.smooth()) {
        lowest = point;
      }
    }
    return lowest.equals(points.getFirst()) ? Double.NaN : lowest.learningRate() / ROOM;
  }
}
