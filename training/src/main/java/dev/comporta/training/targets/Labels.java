package dev.comporta.training.targets;

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
import org.apiguardian.api.API;

/**
 * The checked labels of a batch.
 *
 * @param ids the labels {@code [T, B]}; -1 at timesteps that do not contribute
 * @param counted the mask of the timesteps that contribute
 * @param classes C, the number of classes
 */
@API(status = API.Status.EXPERIMENTAL)
public record Labels(Ids ids, Counted counted, int classes) {
  /** The result of {@link #ignored} if no label is ignored; negative labels always are. */
  public static final int NONE = -1;

  /**
   * The checked labels of a target.
   *
   * @param loss the name of the loss, for messages
   * @param prediction {@code [T, B, C]}
   * @param target the target
   * @param ignored a label that does not count, or {@link #NONE}
   * @return the labels
   * @throws ComportaException if the target has no labels, or they do not fit the prediction
   */
  public static Labels of(String loss, Tensor prediction, Target target, int ignored) {
    return of(loss, prediction.shape(), target, ignored);
  }

  /**
   * The checked labels of a target.
   *
   * @param loss the name of the loss, for messages
   * @param shape that of a prediction, {@code [T, B, C]}
   * @param target the target
   * @param ignored a label that does not count, or {@link #NONE}
   * @return the labels
   * @throws ComportaException if the target has no labels, or they do not fit the prediction
   */
  public static Labels of(String loss, Shape shape, Target target, int ignored) {
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

  /**
   * The error for a label that is no class.
   *
   * @param loss the name of the loss
   * @param label the label
   * @param timestep where it is
   * @param row where it is
   * @param classes C
   * @return the error
   */
  public static ComportaException outOfRange(
      String loss, int label, int timestep, int row, int classes) {
    return new ComportaException(
        formatted(
            "[%s] expected labels between 0 and %d but got %d at timestep %d of row %d; make the output layer as large as the vocabulary",
            loss, classes - 1, label, timestep, row));
  }

  /**
   * The label that is ignored in addition to negative ones, from the option {@code ignore-index}.
   *
   * @param options the options of the loss
   * @return the label, or {@link #NONE}
   */
  public static int ignored(OptionReader options) {
    return options.count("ignore-index", Integer.MIN_VALUE, NONE);
  }

  /**
   * The weights of the classes from the option {@code class-weights}.
   *
   * @param options the options of the loss
   * @return one per class; empty if all are 1
   * @throws InvalidOptionException if one is negative, or too large or small for float32
   */
  public static double[] weights(OptionReader options) {
    List<Double> weights = options.reals("class-weights");
    requireWeights(options.name(), "class-weights", weights);
    return weights.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Refuses weights that are negative, or would overflow or vanish in float32.
   *
   * @param loss the name of the loss, for the message
   * @param option the option's name, for the message
   * @param weights the weights
   * @throws InvalidOptionException for the first such weight
   */
  public static void requireWeights(String loss, String option, List<Double> weights) {
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

  /**
   * The sum of the weights of all contributing labels.
   *
   * @param loss the name of the loss, for the message
   * @param weights one per class; empty if all are 1
   * @return the sum
   * @throws InvalidOptionException if the number of weights is not that of the classes
   */
  public double weight(String loss, double[] weights) {
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

  /**
   * The labels as indices that are always valid.
   *
   * @return {@code [T, B]}, with class 0 at timesteps that do not contribute
   */
  public Ids safe() {
    int[] safe = ids.values().clone();
    for (int i = 0; i < safe.length; i++) {
      safe[i] = Math.max(safe[i], 0);
    }
    return new Ids(ids.timesteps(), ids.batch(), safe);
  }

  /**
   * Each timestep's loss times the weight of its label.
   *
   * @param losses {@code [T, B, 1]}
   * @param weights one per class; empty if all are 1
   * @return {@code [T, B, 1]}
   */
  public Tensor weighted(Tensor losses, double[] weights) {
    return weights.length == 0 ? losses : losses.times(Constants.chosen(losses, safe(), weights));
  }
}
