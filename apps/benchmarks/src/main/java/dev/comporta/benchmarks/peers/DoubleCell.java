package dev.comporta.benchmarks.peers;

import java.util.List;

/**
 * The reference implementation of every cell in PyTorch's layout, in double precision and plain
 * loops; tests compare every library with it.
 */
public final class DoubleCell {

  private final CellKind kind;
  private final int hidden;
  private final double[] weightIh;
  private final double[] weightHh;
  private final double[] biasIh;
  private final double[] biasHh;
  private final List<double[]> parameters;

  /**
   * Creates a cell.
   *
   * @param kind the kind of cell
   * @param hidden hidden size H
   * @param parameters the parameters of one layer, in the order of {@link Problem}
   */
  public DoubleCell(CellKind kind, int hidden, List<double[]> parameters) {
    this.kind = kind;
    this.hidden = hidden;
    this.parameters = List.copyOf(parameters);
    weightIh = parameters.get(0);
    weightHh = parameters.get(1);
    biasIh = parameters.get(2);
    biasHh = parameters.get(3);
  }

  /** Replaces {@code h} and {@code c} (unused without a cell state) by the next state. */
  public void step(double[] x, double[] h, double[] c) {
    switch (kind) {
      case LSTM, LAYER_NORM_LSTM -> lstm(x, h, c);
      case GRU -> gru(x, h);
      case TANH_RNN -> {
        double[] old = h.clone();
        for (int j = 0; j < hidden; j++) {
          h[j] = Math.tanh(input(j, x) + recurrent(j, old));
        }
      }
      case MINIMAL_GATED_UNIT -> minimalGatedUnit(x, h);
    }
  }

  private void lstm(double[] x, double[] h, double[] c) {
    double[] old = h.clone();
    double[] o = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double i = sigmoid(input(j, x) + recurrent(j, old));
      double f = sigmoid(input(hidden + j, x) + recurrent(hidden + j, old));
      double g = Math.tanh(input(2 * hidden + j, x) + recurrent(2 * hidden + j, old));
      o[j] = sigmoid(input(3 * hidden + j, x) + recurrent(3 * hidden + j, old));
      c[j] = f * c[j] + i * g;
    }
    double[] seen = kind == CellKind.LAYER_NORM_LSTM ? layerNorm(c) : c;
    for (int j = 0; j < hidden; j++) {
      h[j] = o[j] * Math.tanh(seen[j]);
    }
  }

  private double[] layerNorm(double[] c) {
    double mean = 0;
    for (double value : c) {
      mean += value / hidden;
    }
    double variance = 0;
    for (double value : c) {
      variance += (value - mean) * (value - mean) / hidden;
    }
    double[] result = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double normal = (c[j] - mean) / Math.sqrt(variance + 1e-5);
      result[j] = normal * parameters.get(4)[j] + parameters.get(5)[j];
    }
    return result;
  }

  private void gru(double[] x, double[] h) {
    double[] old = h.clone();
    for (int j = 0; j < hidden; j++) {
      double r = sigmoid(input(j, x) + recurrent(j, old));
      double z = sigmoid(input(hidden + j, x) + recurrent(hidden + j, old));
      double n = Math.tanh(input(2 * hidden + j, x) + r * recurrent(2 * hidden + j, old));
      h[j] = (1 - z) * n + z * old[j];
    }
  }

  private void minimalGatedUnit(double[] x, double[] h) {
    double[] f = new double[hidden];
    double[] gated = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      f[j] = sigmoid(input(j, x) + recurrent(j, h));
      gated[j] = f[j] * h[j];
    }
    for (int j = 0; j < hidden; j++) {
      double n = Math.tanh(input(hidden + j, x) + recurrent(hidden + j, gated));
      h[j] = (1 - f[j]) * h[j] + f[j] * n;
    }
  }

  private double input(int row, double[] x) {
    double sum = biasIh[row];
    for (int i = 0; i < x.length; i++) {
      sum += weightIh[row * x.length + i] * x[i];
    }
    return sum;
  }

  private double recurrent(int row, double[] h) {
    double sum = biasHh[row];
    for (int i = 0; i < hidden; i++) {
      sum += weightHh[row * hidden + i] * h[i];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
