package dev.comporta.training.clipping;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Gradient clipping, applied to the whole model before an update. Sums of squares are accumulated
 * in double, parameter by parameter, in a fixed order.
 *
 * <p>If the norm is not finite, it is returned and the gradients are left unchanged, so that the
 * caller can report the divergence; clipping never hides it.
 */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Clipping {
  /** Added to the norm in the denominator, as in PyTorch. */
  double EPSILON = 1e-6;

  /**
   * Clips the gradients.
   *
   * @param gradients the gradients of all parameters, changed in place
   * @param parameters the position of each parameter in the array
   * @param workers the threads; the result has the same bits for any number of threads
   * @return the Euclidean norm of all gradients together, before clipping
   */
  double clip(float[] gradients, List<Parameter> parameters, Workers workers);

  /**
   * Clips the gradients on the caller's thread.
   *
   * @param gradients the gradients of all parameters, changed in place
   * @param parameters the position of each parameter in the array
   * @return the Euclidean norm of all gradients together, before clipping
   */
  default double clip(float[] gradients, List<Parameter> parameters) {
    return clip(gradients, parameters, Workers.ALONE);
  }

  /**
   * Creates the clipping that a specification describes: {@code none}; {@code norm} with {@code
   * limit} and {@code order} (a number above 0, or {@code infinity}; default 2); {@code value} with
   * {@code limit}; {@code per-layer} with {@code limit}; {@code parameter-norm} with {@code limit}.
   * The default limit is 1.
   *
   * @param spec the name and options
   * @return the clipping
   * @throws UnknownNameException if no clipping or option has the name
   * @throws dev.comporta.api.InvalidOptionException if a limit is not above zero
   */
  static Clipping of(Spec spec) {
    OptionReader options = spec.reader();
    Clipping clipping =
        switch (spec.name()) {
          case "none" -> new None();
          case "norm" -> new GlobalNorm(options.positive("limit", 1), order(spec, options));
          case "value" -> new Value(options.positive("limit", 1));
          case "per-layer" -> new PerLayer(options.positive("limit", 1));
          case "parameter-norm" -> new ParameterNorm(options.positive("limit", 1));
          default ->
              throw new UnknownNameException(
                  "clipping",
                  spec.name(),
                  List.of("none", "norm", "value", "per-layer", "parameter-norm"));
        };
    options.requireAllRead();
    return clipping;
  }

  private static double order(Spec spec, OptionReader options) {
    return "infinity".equals(spec.options().get("order"))
            && options.text("order", "infinity").equals("infinity")
        ? Double.POSITIVE_INFINITY
        : options.positive("order", 2);
  }

  /** No clipping; only the norm is computed. */
  record None() implements Clipping {
    @Override
    public double clip(float[] gradients, List<Parameter> parameters, Workers workers) {
      return Norms.of(gradients, parameters, workers);
    }
  }

  /**
   * Scales all gradients by {@code limit / (norm + 1e-6)} if that is below 1, which preserves their
   * direction. Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.
   *
   * @param limit the maximum norm of all gradients together
   * @param order the order p of the norm {@code (sum |g|^p)^(1/p)}, above 0: 2 for the Euclidean
   *     norm, infinity for the maximum absolute value
   */
  record GlobalNorm(double limit, double order) implements Clipping {
    /**
     * Clips the Euclidean norm.
     *
     * @param limit the maximum norm of all gradients together
     */
    public GlobalNorm(double limit) {
      this(limit, 2);
    }

    @Override
    public double clip(float[] gradients, List<Parameter> parameters, Workers workers) {
      double euclidean = Norms.of(gradients, parameters, workers);
      double norm = order == 2 ? euclidean : Norms.of(gradients, parameters, order);
      Norms.limit(gradients, parameters, norm, limit, workers);
      return euclidean;
    }

    /**
     * The norm that is clipped.
     *
     * @param gradients the gradients of all parameters
     * @param parameters the position of each parameter in the array
     * @return the norm of this order of all gradients together
     */
    public double norm(float[] gradients, List<Parameter> parameters) {
      return order == 2
          ? Norms.of(gradients, parameters, Workers.ALONE)
          : Norms.of(gradients, parameters, order);
    }
  }

  /**
   * Clamps every element to {@code [-limit, limit]}. Source: Mikolov 2012; Graves 2013.
   *
   * @param limit the maximum absolute value
   */
  record Value(double limit) implements Clipping {
    @Override
    public double clip(float[] gradients, List<Parameter> parameters, Workers workers) {
      double norm = Norms.of(gradients, parameters, workers);
      if (Double.isFinite(norm)) {
        float most = (float) limit;
        for (Parameter parameter : parameters) {
          for (int i = parameter.offset(); i < parameter.end(); i++) {
            gradients[i] = Math.min(Math.max(gradients[i], -most), most);
          }
        }
      }
      return norm;
    }
  }

  /**
   * Clips the norm of each parameter's gradient separately, so that a large gradient in one layer
   * does not shrink the updates of the others.
   *
   * @param limit the maximum norm of the gradient of one parameter
   */
  record ParameterNorm(double limit) implements Clipping {
    @Override
    public double clip(float[] gradients, List<Parameter> parameters, Workers workers) {
      double norm = Norms.of(gradients, parameters, workers);
      if (Double.isFinite(norm)) {
        for (Parameter parameter : parameters) {
          List<Parameter> alone = List.of(parameter);
          double own = Norms.of(gradients, alone, workers);
          Norms.limit(gradients, alone, own, limit, workers);
        }
      }
      return norm;
    }
  }

  /**
   * Clips the norm of each layer's gradient separately. A layer is the set of parameters whose
   * names have the same first two components, such as {@code layers.1.}; a parameter whose name has
   * fewer components is a layer of its own.
   *
   * @param limit the maximum norm of the gradient of one layer
   */
  record PerLayer(double limit) implements Clipping {
    @Override
    public double clip(float[] gradients, List<Parameter> parameters, Workers workers) {
      double norm = Norms.of(gradients, parameters, workers);
      int from = 0;
      while (Double.isFinite(norm) && from < parameters.size()) {
        int to = from + 1;
        while (to < parameters.size() && sameLayer(parameters.get(from), parameters.get(to))) {
          to++;
        }
        List<Parameter> layer = parameters.subList(from, to);
        double own = Norms.of(gradients, layer, workers);
        Norms.limit(gradients, layer, own, limit, workers);
        from = to;
      }
      return norm;
    }

    /** The parameters of one layer are adjacent. */
    private static boolean sameLayer(Parameter a, Parameter b) {
      int end = a.name().indexOf('.', a.name().indexOf('.') + 1);
      return end > 0 && b.name().regionMatches(0, a.name(), 0, end + 1);
    }
  }
}
