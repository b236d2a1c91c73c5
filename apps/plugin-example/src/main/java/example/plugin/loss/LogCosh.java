package example.plugin.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Counted;
import java.util.Locale;

/**
 * {@code log-cosh}: {@code log(cosh(x - y))} of vectors, about half the squared error for small
 * errors and the absolute error minus log 2 for large ones, with derivatives of every order. It is
 * computed as {@code |e| + softplus(-2 |e|) - log 2}, which does not overflow. Weight: the number of
 * elements that are not padding.
 */
public final class LogCosh implements LossProvider {
  private static final float LOG_2 = (float) Math.log(2);

  /** Called by the service loader. */
  public LogCosh() {}

  @Override
  public String name() {
    return "log-cosh";
  }

  @Override
  public String description() {
    return "logarithm of the hyperbolic cosine of the error, a smooth absolute error";
  }

  @Override
  public Loss create(OptionReader options) {
    return LogCosh::of;
  }

  private static Loss.Value of(Tensor prediction, Target target) {
    Tensor wanted = target.values();
    Shape shape = prediction.shape();
    if (!wanted.shape().equals(shape)) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "[log-cosh] expected a target of the prediction's shape %s but got %s",
              shape,
              wanted.shape()));
    }
    Counted counted = Counted.of("log-cosh", prediction, target);
    Tensor error = counted.keep(prediction).minus(counted.keep(wanted)).abs();
    Tensor losses = error.plus(error.times(-2).softplus()).plus(-LOG_2);
    return new Loss.Value(
        counted.keep(losses).sum(), (double) counted.count() * shape.size(2));
  }
}
