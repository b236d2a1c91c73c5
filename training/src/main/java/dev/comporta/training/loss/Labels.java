package dev.comporta.training.loss;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Target;
import java.util.List;

/**
 * The checked labels of a batch.
 *
 * @param ids the labels {@code [T, B]}; -1 at timesteps that do not contribute
 * @param counted the mask of the timesteps that contribute
 * @param classes C, the number of classes
 */
record Labels(Ids ids, Counted counted, int classes) {
  /** The result of {@link #ignored} if no label is ignored; negative labels always are. */
  static final int NONE = -1;

  static Labels of(String loss, Tensor prediction, Target target, int ignored) {
    return of(loss, prediction.shape(), target, ignored);
  }

  /** The same, from the shape of a prediction, {@code [T, B, C]}. */
  static Labels of(String loss, Shape shape, Target target, int ignored) {
    Counted timesteps = Counted.of(loss, shape, target);
    Ids given = target.labels();
    if (given.timesteps() != shape.size(0) || given.batch() != shape.size(1)) {
      throw new ShapeException(
          formatted(
              "[%s] expected labels [%d, %d] for a prediction %s but got [%d, %d]",
              loss, shape.size(0), shape.size(1), shape, given.timesteps(), given.batch()));
    }
    int classes = shape.size(2);
    Counted counted = timesteps.withLabels(given.values(), ignored);
    int[] checked = new int[given.count()];
    for (int i = 0; i < checked.length; i++) {
      int label = given.values()[i];
      if (counted.counts(i) && label >= classes) {
        throw outOfRange(loss, label, i / given.batch(), i % given.batch(), classes);
      }
      checked[i] = counted.counts(i) ? label : -1;
    }
    return new Labels(new Ids(given.timesteps(), given.batch(), checked), counted, classes);
  }

  static ComportaException outOfRange(String loss, int label, int timestep, int row, int classes) {
    return new ComportaException(
        formatted(
            "[%s] expected labels between 0 and %d but got %d at timestep %d of row %d; make the output layer as large as the vocabulary",
            loss, classes - 1, label, timestep, row));
  }

  /**
   * The label that is ignored in addition to negative ones, from the option {@code ignore-index}.
   */
  static int ignored(OptionReader options) {
    return options.count("ignore-index", Integer.MIN_VALUE, NONE);
  }

  /** The weights of the classes from the option {@code class-weights}; empty if all are 1. */
  static double[] weights(OptionReader options) {
    List<Double> weights = options.reals("class-weights");
    requireWeights(options.name(), "class-weights", weights);
    return weights.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Refuses weights that are negative, or would overflow or vanish in float32. */
  static void requireWeights(String loss, String option, List<Double> weights) {
    for (double weight : weights) {
      if (weight != 0 && !(weight >= Float.MIN_NORMAL && weight <= Float.MAX_VALUE)) {
        throw new InvalidOptionException(
            "["
                + loss
                + "] option '"
                + option
                + "' expected numbers of 0 or more"
                + (weight > 0 ? " that float32 can hold" : "")
                + " but got "
                + weight);
      }
    }
  }

  /** The sum of the weights of all contributing labels, or their number without weights. */
  double weight(String loss, double[] weights) {
    if (weights.length == 0) {
      return counted.count();
    }
    if (weights.length != classes) {
      throw new InvalidOptionException(
          formatted(
              "[%s] option 'class-weights' expected %d numbers, one per class, but got %d",
              loss, classes, weights.length));
    }
    double sum = 0;
    for (int label : ids.values()) {
      sum += label < 0 ? 0 : weights[label];
    }
    return sum;
  }

  /** The labels with class 0 at timesteps that do not contribute. */
  Ids safe() {
    int[] safe = ids.values().clone();
    for (int i = 0; i < safe.length; i++) {
      safe[i] = Math.max(safe[i], 0);
    }
    return new Ids(ids.timesteps(), ids.batch(), safe);
  }

  /** Each timestep's loss {@code [T, B, 1]} times the weight of its label. */
  Tensor weighted(Tensor losses, double[] weights) {
    return weights.length == 0 ? losses : losses.times(Constants.chosen(losses, safe(), weights));
  }
}
