package dev.comporta.cells.elementwise;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The function of the candidate of {@code min-gru} and {@code min-lstm}. */
public enum CandidateFunction {
  /** {@code x}. */
  IDENTITY,
  /** {@code tanh x}. */
  TANH,
  /**
   * {@code x + 0.5} for {@code x >= 0}, else {@code sigmoid x}: always positive (Feng et al. 2024,
   * appendix B.1).
   */
  POSITIVE;

  /** Applies the function to a tensor of any shape. */
  Tensor apply(Tensor x) {
    return switch (this) {
      case IDENTITY -> x;
      case TANH -> x.tanh();
      case POSITIVE -> x.step().select(x.plus(0.5f), x.sigmoid());
    };
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the option {@code candidate}, the identity by default. */
  static CandidateFunction read(OptionReader options) {
    List<CandidateFunction> all = List.of(values());
    String word =
        options.choice(
            "candidate", IDENTITY.word(), all.stream().map(CandidateFunction::word).toList());
    return Arrays.stream(values())
        .filter(function -> function.word().equals(word))
        .findFirst()
        .orElseThrow();
  }
}
