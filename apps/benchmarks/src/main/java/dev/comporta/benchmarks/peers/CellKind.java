package dev.comporta.benchmarks.peers;

/**
 * The recurrent cells that are compared, with their gates in the order of PyTorch's parameters.
 *
 * <p>Equations: see {@link DoubleCell}; {@link #LAYER_NORM_LSTM} normalises the cell state before
 * the output, {@code h = o * tanh(layerNorm(c))}; {@link #MINIMAL_GATED_UNIT} is Zhou et al. 2016,
 * {@code f = sigmoid(W_f x + U_f h + b_f), n = tanh(W_n x + U_n (f * h) + b_n), h' = (1 - f) * h +
 * f * n}.
 */
public enum CellKind {
  /** Gates i f g o. */
  LSTM(4),
  /** Gates r z n, the reset gate applied after the recurrent product. */
  GRU(3),
  /** {@code h' = tanh(W x + U h + b)}. */
  TANH_RNN(1),
  /** LSTM with a layer-normalised cell state; gates i f g o. */
  LAYER_NORM_LSTM(4),
  /** Minimal gated unit; gates f n. */
  MINIMAL_GATED_UNIT(2);

  private final int gates;

  CellKind(int gates) {
    this.gates = gates;
  }

  /** The number of gates, that is, of blocks of H rows in each kernel. */
  public int gates() {
    return gates;
  }

  /** Whether there is a cell state in addition to the hidden state. */
  public boolean hasCellState() {
    return this == LSTM || this == LAYER_NORM_LSTM;
  }
}
