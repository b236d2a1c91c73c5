package dev.comporta.training.loss;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Counted;

/**
 * {@code mixture-density}: the negative log-likelihood in nats of points with events, under a
 * mixture of M bivariate Gaussians and a Bernoulli distribution of each of E events. For
 * handwriting, {@code (x1, x2)} is the way of the pen and the event is that it is lifted.
 *
 * <p>Prediction: {@code [T, B, E + 6 M]}, the logits of the events, then the six parts of the
 * Gaussians with M features each: {@code e^, pi^, mu1, mu2, s1, s2, r}. Target: {@code [T, B, 2 +
 * E]}: x1, x2, and for each event 1 if it occurs and 0 if not.
 *
 * <pre>
 * e     = sigmoid(e^)                pi    = softmax(pi^)
 * sigma = least + exp(s)             rho   = tanh(r)
 * Z     = ((x1 - mu1) / sigma1)^2 + ((x2 - mu2) / sigma2)^2
 *         - 2 rho (x1 - mu1) (x2 - mu2) / (sigma1 sigma2)
 * N     = exp(-Z / (2 (1 - rho^2))) / (2 pi sigma1 sigma2 sqrt(1 - rho^2))
 * loss  = -log(sum over the Gaussians of pi N)
 *         - sum over the events of (x log e + (1 - x) log(1 - e))
 * </pre>
 *
 * <p>Options: {@code events} (E, default 1); {@code least-deviation}, the least standard deviation
 * (default 0). With 0 the loss has no lower bound: a Gaussian may shrink to a point that occurs
 * again and again. Weight: the number of timesteps that are not padding.
 *
 * <p>Source: Graves 2013, <i>Generating Sequences With Recurrent Neural Networks</i>, equations 18
 * to 26, where there is one event, the sign of {@code e^} is the opposite, and there is no least
 * deviation. Computed in log space, with {@code Z / (1 - rho^2)} as a sum of two squares.
 */
public final class MixtureDensity implements LossProvider {
  private static final String NAME = "mixture-density";
  private static final int AXES = 2;
  private static final int PARTS = 6;
  private static final float LOG_2_PI = (float) StrictMath.log(2 * Math.PI);
  private static final float LOG_2 = (float) StrictMath.log(2);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "mixture density network: bivariate Gaussians and events, such as pen strokes (Graves 2013)";
  }

  @Override
  public Loss create(OptionReader options) {
    int events = options.size("events", 0, 1);
    float least = (float) options.real("least-deviation", 0, 0, 1e6);
    return (prediction, target) -> value(prediction, target, events, least);
  }

  private static Loss.Value value(Tensor prediction, Target target, int events, float least) {
    Counted counted = Counted.of(NAME, prediction, target);
    Shape shape = prediction.shape();
    Tensor wanted = target.values();
    int gaussians = shape.size(2) - events;
    if (gaussians < PARTS || gaussians % PARTS != 0) {
      throw new ShapeException(
          formatted(
              "[%s] expected a prediction of %d + 6 M features for %d events and M Gaussians but got %s",
              NAME, events, events, shape));
    }
    Shape expected = Shape.of(shape.size(0), shape.size(1), AXES + events);
    if (!wanted.shape().equals(expected)) {
      throw new ShapeException(
          formatted(
              "[%s] expected a target %s of two coordinates and %d events for a prediction %s but got %s",
              NAME, expected, events, shape, wanted.shape()));
    }
    Tensor x = counted.keep(prediction);
    Tensor y = counted.keep(wanted);
    Tensor mixture = x.slice(-1, events, shape.size(2));
    Tensor losses = logMixture(mixture, y, gaussians / PARTS, least).negate();
    if (events > 0) {
      Tensor event = x.slice(-1, 0, events);
      Tensor occurs = y.slice(-1, AXES, AXES + events);
      losses = losses.plus(event.softplus().minus(occurs.times(event)).sum(-1));
    }
    return new Loss.Value(counted.keep(losses).sum(), counted.count());
  }

  /** The log-likelihood of the coordinates, {@code [T, B, 1]}. */
  private static Tensor logMixture(Tensor x, Tensor y, int count, float least) {
    Tensor deviation1 = part(x, 3, count).exp().plus(least);
    Tensor deviation2 = part(x, 4, count).exp().plus(least);
    Tensor r = part(x, 5, count);
    Tensor z1 = y.slice(-1, 0, 1).minus(part(x, 1, count)).dividedBy(deviation1); // [T, B, M]
    Tensor z2 = y.slice(-1, 1, 2).minus(part(x, 2, count)).dividedBy(deviation2);
    // log(1 - tanh(r)^2) = 2 (log 2 - r - softplus(-2 r))
    Tensor logFree = r.plus(r.times(-2).softplus()).negate().plus(LOG_2).times(2);
    Tensor across = z2.minus(r.tanh().times(z1)).square().times(logFree.negate().exp());
    Tensor logs =
        part(x, 0, count)
            .logSoftmax()
            .minus(z1.square().plus(across).times(0.5f))
            .minus(deviation1.log())
            .minus(deviation2.log())
            .minus(logFree.times(0.5f))
            .plus(-LOG_2_PI);
    Tensor largest = logs.maxLast().stopGradient();
    return logs.minus(largest).exp().sum(-1).log().plus(largest);
  }

  /** One number of each Gaussian. */
  private static Tensor part(Tensor x, int part, int count) {
    return x.slice(-1, part * count, (part + 1) * count);
  }
}
