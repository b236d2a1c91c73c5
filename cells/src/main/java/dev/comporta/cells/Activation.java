package dev.comporta.cells;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/** The functions that cells and layers apply to a pre-activation. */
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
  /** 1 where x is above zero, else 0; its gradient is zero, so nothing below it learns. */
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
   * The word that specifications use.
   *
   * @return lower case with hyphens, such as {@code hard-threshold}
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads an option whose value is the word of an activation.
   *
   * @param options the reader
   * @param option the option's name
   * @param otherwise the default
   * @param allowed the activations to choose from; all if none is named
   * @return the activation
   * @throws dev.comporta.api.UnknownNameException if it is another word
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
