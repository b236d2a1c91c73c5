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
 * {@code policy-gradient}: REINFORCE with a learned baseline, for episodes that the model has
 * played. Its gradient is an estimate of the gradient of the mean return, with the sign changed;
 * its value says nothing about the return.
 *
 * <p>Prediction: {@code [T, B, A + 1]}, the logits l of A actions, then the baseline b, an estimate
 * of the return. Target: {@code [T, B, A + 1]}: for the action a that was taken the advantage,
 * which is the return minus the baseline of that moment, and 0 for all other actions; then the
 * return R, the sum of the rewards from this timestep on, as far as they are counted.
 *
 * <pre>
 * pi        = softmax(l)
 * H         = - sum over the actions of pi log pi
 * loss      = - advantage log pi(a) - entropy H + baseline (R - b)^2
 * </pre>
 *
 * <p>The advantage is a constant of the target, so that no gradient of the first term reaches the
 * baseline. If the parameters are those that played, it is {@code R - b}.
 *
 * <p>Options: {@code entropy}, the weight of the entropy H (default 0.01), which keeps the policy
 * from choosing one action too early; {@code baseline}, the weight of the baseline's squared error
 * (default 0.5). Weight: the number of timesteps that are not padding.
 *
 * <p>Source: Williams 1992, <i>Simple Statistical Gradient-Following Algorithms for Connectionist
 * Reinforcement Learning</i>: theorem 1 for the first term, whose expected gradient is that of the
 * mean return for any baseline. The entropy: Williams and Peng 1991, <i>Function Optimization Using
 * Connectionist Reinforcement Learning Algorithms</i>.
 */
public final class PolicyGradient implements LossProvider {
  private static final String NAME = "policy-gradient";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "REINFORCE with a learned baseline and an entropy bonus, of episodes played (Williams 1992)";
  }

  @Override
  public Loss create(OptionReader options) {
    float entropy = (float) options.real("entropy", 0.01, 0, 1e6);
    float baseline = (float) options.real("baseline", 0.5, 0, 1e6);
    return (prediction, target) -> value(prediction, target, entropy, baseline);
  }

  private static Loss.Value value(Tensor prediction, Target target, float entropy, float baseline) {
    Counted counted = Counted.of(NAME, prediction, target);
    Shape shape = prediction.shape();
    Tensor wanted = target.values();
    int actions = shape.size(2) - 1;
    if (actions < 1 || !wanted.shape().equals(shape)) {
      throw new ShapeException(
          formatted(
              "[%s] expected a prediction of one or more logits and a baseline, and a target of the same shape, but got %s and %s",
              NAME, shape, wanted.shape()));
    }
    Tensor x = counted.keep(prediction);
    Tensor y = counted.keep(wanted);
    Tensor logs = x.slice(-1, 0, actions).logSoftmax(); // [T, B, A]
    Tensor taken = y.slice(-1, 0, actions).times(logs).sum(-1); // [T, B, 1]
    Tensor negentropy = logs.exp().times(logs).sum(-1).times(entropy); // - entropy H
    Tensor error = y.slice(-1, actions, actions + 1).minus(x.slice(-1, actions, actions + 1));
    Tensor losses = error.square().times(baseline).plus(negentropy).minus(taken);
    return new Loss.Value(counted.keep(losses).sum(), counted.count());
  }
}
