package dev.comporta.training.loss;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Counted;
import java.util.function.BinaryOperator;

/**
 * An element-wise loss of vectors {@code [T, B, F]}, summed; the weight is the number of elements
 * that are not padding, so that the quotient is the mean over elements.
 *
 * @param name the name of the loss, for messages
 * @param function the element-wise function of prediction and target
 */
record ElementLoss(String name, BinaryOperator<Tensor> function) implements Loss {
  @Override
  public Value of(Tensor prediction, Target target) {
    Counted counted = Counted.of(name, prediction, target);
    Tensor wanted = checked(name, prediction, target);
    Tensor losses = function.apply(counted.keep(prediction), counted.keep(wanted));
    double weight = (double) counted.count() * prediction.shape().size(2);
    return new Value(counted.keep(losses).sum(), weight);
  }

  static Tensor checked(String name, Tensor prediction, Target target) {
    Tensor wanted = target.values();
    if (!wanted.shape().equals(prediction.shape())) {
      throw new ShapeException(
          formatted(
              "[%s] expected a target of the prediction's shape %s but got %s",
              name, prediction.shape(), wanted.shape()));
    }
    return wanted;
  }
}
