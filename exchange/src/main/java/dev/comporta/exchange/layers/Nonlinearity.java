package dev.comporta.exchange.layers;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The activation functions of other tools. */
public enum Nonlinearity {
  /** {@code x}. */
  IDENTITY,
  /** The hyperbolic tangent. */
  TANH,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** {@code min(max(0.2 x + 0.5, 0), 1)}: as in Keras 1 and 2, and in Deeplearning4j. */
  HARD_SIGMOID_FIFTH,
  /** {@code min(max(x / 6 + 0.5, 0), 1)}: as in Keras 3 and PyTorch. */
  HARD_SIGMOID_SIXTH,
  /** {@code min(max(x, -1), 1)}. */
  HARD_TANH,
  /** {@code log(1 + exp(x))}. */
  SOFTPLUS,
  /** {@code x / (1 + |x|)}. */
  SOFTSIGN,
  /** {@code x} where positive, else {@code exp(x) - 1}. */
  ELU,
  /** The scaled ELU of Klambauer et al. 2017. */
  SELU,
  /** {@code x sigmoid(x)}, also called SiLU. */
  SWISH,
  /** {@code exp(x)}. */
  EXPONENTIAL,
  /** {@code min(max(x, 0), 6)}. */
  RELU6,
  /** Non-negative and summing to one along the last axis. */
  SOFTMAX,
  /** The logarithm of the softmax along the last axis. */
  LOG_SOFTMAX;

  private static final float SELU_ALPHA = 1.6732632f;
  private static final float SELU_SCALE = 1.050701f;

  /** Applies the function. */
  public Tensor apply(Tensor x) {
    return switch (this) {
      case IDENTITY -> x;
      case TANH -> x.tanh();
      case RELU -> x.relu();
      case SIGMOID -> x.sigmoid();
      case HARD_SIGMOID_FIFTH -> clipped(x.times(0.2f).plus(0.5f), 0, 1);
      case HARD_SIGMOID_SIXTH -> clipped(x.times(1f / 6).plus(0.5f), 0, 1);
      case HARD_TANH -> clipped(x, -1, 1);
      case SOFTPLUS -> x.softplus();
      case SOFTSIGN -> x.dividedBy(x.abs().plus(1));
      case ELU -> elu(x, 1);
      case SELU -> elu(x, SELU_ALPHA).times(SELU_SCALE);
      case SWISH -> x.times(x.sigmoid());
      case EXPONENTIAL -> x.exp();
      case RELU6 -> clipped(x, 0, 6);
      case SOFTMAX -> x.softmax();
      case LOG_SOFTMAX -> x.logSoftmax();
    };
  }

  private static Tensor constant(Tensor x, float value) {
    return x.constant(Shape.of(), value);
  }

  private static Tensor clipped(Tensor x, float low, float high) {
    return x.maximum(constant(x, low)).minimum(constant(x, high));
  }

  private static Tensor elu(Tensor x, float alpha) {
    return x.relu().plus(x.minimum(constant(x, 0)).exp().plus(-1).times(alpha));
  }

  /** The name in specifications, such as {@code hard-tanh}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Nonlinearity read(OptionReader options, String option, Nonlinearity otherwise) {
    List<String> words = Arrays.stream(values()).map(Nonlinearity::word).toList();
    String word = options.choice(option, otherwise.word(), words);
    return Arrays.stream(values())
        .filter(function -> function.word().equals(word))
        .findFirst()
        .orElse(otherwise);
  }
}
