package dev.comporta.cells;

import dev.comporta.api.cell.StepContext;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.LstmCell.Gate;

/**
 * The gates of an LSTM and what its variants compute from them alike. Each is {@code [B, H]}.
 *
 * @param i the input gate
 * @param f the forget gate
 * @param g the candidate
 * @param o the output gate
 */
record LstmGates(Tensor i, Tensor f, Tensor g, Tensor o) {
  /**
   * The gates of packed pre-activations.
   *
   * @param gates the packing
   * @param a {@code [B, 4H]}
   */
  static LstmGates of(Gates<Gate> gates, Tensor a) {
    return new LstmGates(
        gates.part(a, Gate.I).sigmoid(),
        gates.part(a, Gate.F).sigmoid(),
        gates.part(a, Gate.G).tanh(),
        gates.part(a, Gate.O).sigmoid());
  }

  /** {@code c' = f * c + i * g}, with dropout of g. */
  Tensor next(Tensor c, CellDropout dropout, StepContext context) {
    return f.times(c).plus(i.times(dropout.onCandidate(g, context)));
  }

  /** Observes the gates, and then the next state of the cell. */
  void observe(Gates<Gate> gates, StepContext context, Tensor cNext) {
    gates.observe(context, i, f, g, o);
    context.observe("c", cNext);
  }
}
