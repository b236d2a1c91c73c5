package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameter;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What is made small beside the loss. The losses that are reported do not contain it.
 *
 * <pre>
 *   l1 * sum |p| + l2 * sum p^2          over the elements p of all kernels
 * </pre>
 *
 * <p>A kernel is a parameter of two or more axes that is not frozen: biases, gains and initial
 * states are not penalised. The formula is that of Keras; DL4J's {@code l2} is half of this one.
 * Weight decay that does not pass through the optimizer's averages is an option of the optimizer.
 *
 * @param l1 0 or more
 * @param l2 0 or more
 */
@API(status = API.Status.EXPERIMENTAL)
public record Penalties(double l1, double l2) {
  /** No penalty. */
  public static final Penalties NONE = new Penalties(0, 0);

  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if one is below zero or not finite
   */
  public Penalties {
    require("l1", l1);
    require("l2", l2);
  }

  private static void require(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          "[penalties] expected %s of 0 or more but got %s".formatted(name, value));
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
