package dev.comporta.training.loss;

import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import java.util.function.BinaryOperator;

/**
 * A loss of each element of vectors {@code [T, B, F]}, summed; the weight is the number of elements
 * that count, so that their quotient is the mean over elements.
 *
 * @param name the loss, for messages
 * @param function of prediction and target, element by element
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
          "[%s] expected a target %s like the prediction but got %s"
              .formatted(name, prediction.shape(), wanted.shape()));
    }
    return wanted;
  }
}
