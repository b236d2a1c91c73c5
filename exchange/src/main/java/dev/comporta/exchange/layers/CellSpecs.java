package dev.comporta.exchange.layers;

import dev.comporta.api.model.Spec;

/** Specifications of cells: those of module cells where they compute the same, else custom ones. */
public final class CellSpecs {
  private CellSpecs() {}

  /** An LSTM. */
  public static Spec lstm(
      Nonlinearity gate, Nonlinearity candidate, Nonlinearity output, boolean peepholes) {
    if (gate == Nonlinearity.SIGMOID
        && candidate == Nonlinearity.TANH
        && output == Nonlinearity.TANH) {
      return peepholes ? Spec.of("lstm").with("peepholes", true) : Spec.of("lstm");
    }
    Spec spec =
        Spec.of("custom-lstm")
            .with("gate-activation", gate.word())
            .with("activation", candidate.word())
            .with("output-activation", output.word());
    return peepholes ? spec.with("peepholes", true) : spec;
  }

  /** A GRU. */
  public static Spec gru(Nonlinearity gate, Nonlinearity candidate, boolean resetAfter) {
    Spec spec =
        gate == Nonlinearity.SIGMOID && candidate == Nonlinearity.TANH
            ? Spec.of("gru")
            : Spec.of("custom-gru")
                .with("gate-activation", gate.word())
                .with("activation", candidate.word());
    return resetAfter ? spec : spec.with("reset", "before");
  }

  /** A simple recurrent network. */
  public static Spec rnn(Nonlinearity activation) {
    return switch (activation) {
      case TANH -> Spec.of("rnn");
      case RELU, SIGMOID, IDENTITY -> Spec.of("rnn").with("activation", activation.word());
      default -> Spec.of("custom-rnn").with("activation", activation.word());
    };
  }
}
