package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.cells.layers.DropoutLayer;
import dev.comporta.cells.model.OutputPenalty;
import dev.comporta.training.loss.ActivationPenalty;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Regularisation terms that are added to the training loss. Reported losses do not include them.
 *
 * <pre>
 *   l1 * sum |p| + l2 * sum p^2                       over the elements p of all kernels
 *   + activation * mean of h[t]^2                     over the timesteps that are not padding
 *   + temporal * mean of (h[t + 1] - h[t])^2          over pairs of such timesteps in one chunk
 * </pre>
 *
 * <p>A kernel is a parameter with two or more axes that is not frozen: biases, gains and initial
 * states are not penalised. The formula is that of Keras; DL4J's {@code l2} is half of this one.
 * Decoupled weight decay is an option of the optimizer.
 *
 * <p>h is the output of the last recurrent layer; {@code activation} uses it after the dropout
 * layer that follows it, if any. Source: Merity, McCann and Socher 2017, sections 3.1 and 3.2 (AR
 * and TAR with factors alpha and beta; means of squares, as in their code).
 *
 * @param l1 the factor of the L1 penalty, 0 or more
 * @param l2 the factor of the L2 penalty, 0 or more
 * @param activation the factor of activation regularisation, 0 or more; 2 is usual
 * @param temporal the factor of temporal activation regularisation, 0 or more; 1 is usual
 */
@API(status = API.Status.EXPERIMENTAL)
public record Penalties(double l1, double l2, double activation, double temporal) {
  /** No penalty. */
  public static final Penalties NONE = new Penalties(0, 0);

  /**
   * Checks the factors.
   *
   * @throws InvalidOptionException if one is negative or not finite
   */
  public Penalties {
    require("l1", l1);
    require("l2", l2);
    require("an activation penalty", activation);
    require("a temporal activation penalty", temporal);
  }

  /**
   * Penalties on kernels only.
   *
   * @param l1 the factor of the L1 penalty, 0 or more
   * @param l2 the factor of the L2 penalty, 0 or more
   */
  public Penalties(double l1, double l2) {
    this(l1, l2, 0, 0);
  }

  /** The penalty on the activations of a model, or null for none. */
  @Nullable OutputPenalty onOutputs(List<Layer> layers) {
    if (activation == 0 && temporal == 0) {
      return null;
    }
    int recurrent = layers.size() - 1;
    while (recurrent >= 0 && layers.get(recurrent).carry().isEmpty()) {
      recurrent--;
    }
    if (recurrent < 0) {
      throw new InvalidOptionException(
          "[penalties] expected a model with a recurrent layer for the activation penalty but it has none");
    }
    int next = recurrent + 1;
    boolean dropped = next < layers.size() && layers.get(next) instanceof DropoutLayer;
    return new ActivationPenalty(recurrent, dropped ? next : recurrent, activation, temporal);
  }

  private static void require(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          formatted("[penalties] expected %s of 0 or more but got %s", name, value));
    }
  }

  /** Adds the gradients of the penalties on kernels. */
  void addTo(float[] gradients, float[] values, List<Parameter> parameters) {
    if (l1 == 0 && l2 == 0) {
      return;
    }
    float lasso = (float) l1;
    float ridge = (float) (2 * l2);
    for (Parameter parameter : parameters) {
      if (parameter.shape().rank() >= 2) {
        for (int i = parameter.offset(); i < parameter.end(); i++) {
          gradients[i] += ridge * values[i] + lasso * Math.signum(values[i]);
        }
      }
    }
  }
}
