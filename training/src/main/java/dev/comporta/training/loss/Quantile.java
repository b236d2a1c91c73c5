package dev.comporta.training.loss;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.training.metrics.Quantiles;
import dev.comporta.training.targets.Constants;
import java.util.List;

/**
 * {@code quantile}: the pinball loss of a prediction x of the quantile q of a target y. Its
 * expectation is lowest where x is that quantile (Koenker and Bassett 1978, <i>Regression
 * Quantiles</i>, equation 3.1).
 *
 * <pre>
 * max(q (y - x), (q - 1) (y - x)) = q (y - x) + max(x - y, 0)
 * </pre>
 *
 * <p>Option: {@code quantiles}, one or more levels between 0 and 1 in ascending order (default 0.5:
 * half the absolute error). Feature f of a prediction {@code [T, B, F]} is the quantile {@code f
 * modulo the number of quantiles}; F is a multiple of their number, and the target has the same
 * shape, with each value repeated for every quantile. Weight: the number of elements that are not
 * padding.
 */
public final class Quantile implements LossProvider {
  private static final String NAME = "quantile";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "pinball loss of quantiles (Koenker and Bassett 1978)";
  }

  @Override
  public Loss create(OptionReader options) {
    List<Double> given = options.reals("quantiles");
    double[] levels =
        given.isEmpty()
            ? new double[] {0.5}
            : Quantiles.of("[quantile] option 'quantiles'", given).levels().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    return new ElementLoss(
        NAME,
        (x, y) -> {
          Tensor error = y.minus(x);
          return error.times(weights(error, levels)).plus(error.negate().relu());
        });
  }

  /** The level of each feature: {@code [F]}. */
  private static Tensor weights(Tensor error, double[] levels) {
    int features = error.shape().columns();
    if (features % levels.length != 0) {
      throw new InvalidOptionException(
          formatted(
              "[quantile] option 'quantiles' expected as many numbers as the prediction has features, or a divisor of %d, but got %d",
              features, levels.length));
    }
    double[] weights = new double[features];
    for (int f = 0; f < features; f++) {
      weights[f] = levels[f % levels.length];
    }
    return Constants.column(error, weights).reshape(features);
  }
}
