package example.plugin.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import java.util.Locale;

/**
 * {@code log-cosh}: {@code log(cosh(x - y))} of vectors, about half the squared error for small
 * errors and the absolute error minus log 2 for large ones, with derivatives of every order. It is
 * computed as {@code |e| + softplus(-2 |e|) - log 2}, which does not overflow. Weight: the number of
 * elements.
 *
 * <p>It is for targets without padding, such as one vector after each sequence.
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
    int[] lengths = target.lengths();
    if (lengths != null) {
      for (int length : lengths) {
        if (length != shape.size(0)) {
          throw new ShapeException(
              String.format(
                  Locale.ROOT,
                  "[log-cosh] expected targets without padding but a row has %d of %d timesteps; put pool-time before the last layer",
                  length,
                  shape.size(0)));
        }
      }
    }
    Tensor error = prediction.minus(wanted).abs();
    Tensor losses = error.plus(error.times(-2).softplus()).plus(-LOG_2);
    return new Loss.Value(losses.sum(), shape.count());
  }
}
