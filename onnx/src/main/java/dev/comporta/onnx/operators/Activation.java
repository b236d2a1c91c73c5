package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An activation function of RNN, LSTM and GRU.
 *
 * @param backend the backend's function, if there is one
 * @param function the function
 */
record Activation(@Nullable UnaryFunction backend, DoubleUnaryOperator function) {
  /** A function's name, and the parameters that it takes from the lists of the node. */
  private enum Known {
    RELU(Double.NaN, Double.NaN),
    TANH(Double.NaN, Double.NaN),
    SIGMOID(Double.NaN, Double.NaN),
    AFFINE(1, 0),
    LEAKYRELU(0.01, Double.NaN),
    THRESHOLDEDRELU(1, Double.NaN),
    SCALEDTANH(1, 1),
    HARDSIGMOID(0.2, 0.5),
    ELU(1, Double.NaN),
    SOFTSIGN(Double.NaN, Double.NaN),
    SOFTPLUS(Double.NaN, Double.NaN);

    private final double alpha;
    private final double beta;

    Known(double alpha, double beta) {
      this.alpha = alpha;
      this.beta = beta;
    }

    Activation with(double a, double b) {
      return switch (this) {
        case RELU -> new Activation(UnaryFunction.RELU, x -> Math.max(x, 0));
        case TANH -> new Activation(UnaryFunction.TANH, Math::tanh);
        case SIGMOID -> new Activation(UnaryFunction.SIGMOID, Functions::sigmoid);
        case AFFINE -> new Activation(null, x -> a * x + b);
        case LEAKYRELU -> new Activation(null, x -> x >= 0 ? x : a * x);
        case THRESHOLDEDRELU -> new Activation(null, x -> x > a ? x : 0);
        case SCALEDTANH -> new Activation(null, x -> a * Math.tanh(b * x));
        case HARDSIGMOID -> new Activation(null, x -> Functions.hardSigmoid(x, a, b));
        case ELU -> new Activation(null, x -> Functions.elu(x, a));
        case SOFTSIGN -> new Activation(null, x -> x / (1 + Math.abs(x)));
        case SOFTPLUS -> new Activation(UnaryFunction.SOFTPLUS, Functions::softplus);
      };
    }
  }

  /** Applies the function to a range. */
  void apply(TensorBackend kernels, float[] x, int at, int count) {
    if (backend != null) {
      kernels.unary(backend, x, at, x, at, count);
      return;
    }
    for (int i = at; i < at + count; i++) {
      x[i] = (float) function.applyAsDouble(x[i]);
    }
  }

  /**
   * The functions of a node, those of the first direction first. Parameters are taken from the
   * lists in order, by the functions that have them.
   */
  static List<Activation> of(NodeInfo node, int directions, List<String> defaults) {
    List<String> names = new ArrayList<>(node.words("activations"));
    float[] alphas = node.reals("activation_alpha");
    float[] betas = node.reals("activation_beta");
    if (names.isEmpty()) {
      for (int d = 0; d < directions; d++) {
        names.addAll(defaults);
      }
    }
    if (names.size() != directions * defaults.size()) {
      throw node.refuse(
          formatted("has %d activations; expected %d", names.size(), directions * defaults.size()));
    }
    List<Activation> all = new ArrayList<>();
    int alpha = 0;
    int beta = 0;
    for (String name : names) {
      Known known = known(node, name);
      double a = known.alpha;
      double b = known.beta;
      if (!Double.isNaN(a) && alpha < alphas.length) {
        a = alphas[alpha++];
      }
      if (!Double.isNaN(b) && beta < betas.length) {
        b = betas[beta++];
      }
      all.add(known.with(a, b));
    }
    return all;
  }

  private static Known known(NodeInfo node, String name) {
    String word = name.toUpperCase(Locale.ROOT).replace("_", "");
    for (Known known : Known.values()) {
      if (known.name().equals(word)) {
        return known;
      }
    }
    throw node.refuse(
        formatted(
            "has the activation %s; expected one of Relu, Tanh, Sigmoid, Affine, LeakyRelu, ThresholdedRelu, ScaledTanh, HardSigmoid, Elu, Softsign, Softplus",
            Printable.quoted(name)));
  }
}
