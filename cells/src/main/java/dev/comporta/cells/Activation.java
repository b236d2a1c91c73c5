package dev.comporta.cells;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/** The activation functions of cells and layers. */
@API(status = API.Status.EXPERIMENTAL)
public enum Activation {
  /** {@code x}. */
  IDENTITY,
  /** The hyperbolic tangent. */
  TANH,
  /** {@code max(x, 0)}. */
  RELU,
  /** The logistic function {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /**
   * 1 where x is positive, else 0. Its gradient is zero, so earlier parameters are not trained
   * through it.
   */
  HARD_THRESHOLD,
  /** {@code log(1 + exp(x))}. */
  SOFTPLUS,
  /** Non-negative and summing to one along the last axis. */
  SOFTMAX,
  /** The logarithm of the softmax along the last axis. */
  LOG_SOFTMAX;

  /**
   * Applies the function.
   *
   * @param x a tensor of any shape
   * @return a tensor of the same shape
   */
  public Tensor apply(Tensor x) {
    return switch (this) {
      case IDENTITY -> x;
      case TANH -> x.tanh();
      case RELU -> x.relu();
      case SIGMOID -> x.sigmoid();
      case HARD_THRESHOLD -> x.step();
      case SOFTPLUS -> x.softplus();
      case SOFTMAX -> x.softmax();
      case LOG_SOFTMAX -> x.logSoftmax();
    };
  }

  /**
   * The name of the activation in specifications.
   *
   * @return lower case with hyphens, such as {@code hard-threshold}
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads an option whose value is the name of an activation.
   *
   * @param options the reader
   * @param option the option's name
   * @param otherwise the default value
   * @param allowed the allowed activations; all if none are given
   * @return the activation
   * @throws dev.comporta.api.UnknownNameException if it is not an allowed activation
   */
  public static Activation read(
      OptionReader options, String option, Activation otherwise, Activation... allowed) {
    List<Activation> choices = List.of(allowed.length == 0 ? values() : allowed);
    String word =
        options.choice(option, otherwise.word(), choices.stream().map(Activation::word).toList());
    return Arrays.stream(values())
        .filter(activation -> activation.word().equals(word))
        .findFirst()
        .orElse(otherwise);
  }
}
