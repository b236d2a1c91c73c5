package dev.comporta.training;

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
 * Finds a learning rate by trying: updates with rates that grow from one to the next by the same
 * factor, until the loss is far above the lowest. Afterwards the parameters are what they were.
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
  /** A loss of so many times the lowest ends the search. */
  private static final double FAR = 4;

  private static final double KEPT = 0.9;

  /** The smooth loss turns late, and updates that go well for a while need not go well for long. */
  private static final double ROOM = 10;

  private LearningRateFinder() {}

  /**
   * One update.
   *
   * @param learningRate its rate
   * @param loss the mean loss of its chunk, before the update
   * @param smooth the running mean of the losses
   */
  public record Point(double learningRate, double loss, double smooth) {}

  /**
   * What was found.
   *
   * @param points every update in order; the search ended early if there are fewer than asked for
   * @param suggestion a tenth of the rate at which the smooth loss was lowest, which leaves room
   *     for later updates, where the loss is steeper; NaN if it never fell
   */
  public record Result(List<Point> points, double suggestion) {
    /** Copies the list. */
    public Result {
      points = List.copyOf(points);
    }
  }

  /**
   * Tries rates on the first epoch of the data, again from its first chunk where it ends.
   *
   * @param model what to train
   * @param runner runs this model
   * @param workers share the work of clipping and optimizer
   * @param rules what an update is made of; the schedule has no part in it
   * @param data the data to learn from
   * @param lowest the first rate, above 0
   * @param highest the last rate, above the first
   * @param updates how many rates to try, 2 or more
   * @param seed of dropout
   * @return losses and a suggestion
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
          "[learning-rate-finder] expected rates above 0, the lowest first, and 2 or more updates but got %s to %s in %d"
              .formatted(lowest, highest, updates));
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
