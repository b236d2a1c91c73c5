package dev.comporta.onnx;

import java.util.function.DoubleUnaryOperator;

/**
 * ONNX's equations of RNN, LSTM and GRU, written down one number at a time in double precision. All
 * arrays have ONNX's layout 0.
 */
final class PlainRecurrence {
  final String kind;
  final int steps;
  final int rows;
  final int inputs;
  final int hidden;
  final int directions;
  final boolean reverse;
  double[] x;
  double[] w;
  double[] r;
  double[] b;
  double[] p;
  double[] h0;
  double[] c0;
  int[] lengths;
  double clip;
  boolean inputForget;
  boolean linearBeforeReset;
  DoubleUnaryOperator[] functions;
  final double[] y;
  final double[] h;
  final double[] c;

  PlainRecurrence(
      String kind, int steps, int rows, int inputs, int hidden, int directions, boolean reverse) {
    this.kind = kind;
    this.steps = steps;
    this.rows = rows;
    this.inputs = inputs;
    this.hidden = hidden;
    this.directions = directions;
    this.reverse = reverse;
    y = new double[steps * directions * rows * hidden];
    h = new double[directions * rows * hidden];
    c = new double[directions * rows * hidden];
  }

  int gates() {
    return kind.equals("LSTM") ? 4 : kind.equals("GRU") ? 3 : 1;
  }

  private double wx(int d, int gate, int j, int t, int row) {
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      sum += w[((d * gates() + gate) * hidden + j) * inputs + i] * x[(t * rows + row) * inputs + i];
    }
    return sum + b[d * 2 * gates() * hidden + gate * hidden + j];
  }

  private double rh(int d, int gate, int j, double[] state) {
    double sum = 0;
    for (int i = 0; i < hidden; i++) {
      sum += r[((d * gates() + gate) * hidden + j) * hidden + i] * state[i];
    }
    return sum;
  }

  private double rb(int d, int gate, int j) {
    return b[d * 2 * gates() * hidden + (gates() + gate) * hidden + j];
  }

  private double f(int d, int which, double value) {
    int perDirection = kind.equals("LSTM") ? 3 : kind.equals("GRU") ? 2 : 1;
    boolean ofState = kind.equals("LSTM") && which == 2;
    double clipped = clip > 0 && !ofState ? Math.clamp(value, -clip, clip) : value;
    return functions[d * perDirection + which].applyAsDouble(clipped);
  }

  void run() {
    for (int d = 0; d < directions; d++) {
      for (int row = 0; row < rows; row++) {
        double[] state = new double[hidden];
        double[] cell = new double[hidden];
        for (int j = 0; j < hidden; j++) {
          state[j] = h0[(d * rows + row) * hidden + j];
          cell[j] = c0[(d * rows + row) * hidden + j];
        }
        boolean backwards = reverse || d == 1;
        for (int s = 0; s < lengths[row]; s++) {
          int t = backwards ? lengths[row] - 1 - s : s;
          state = step(d, t, row, state, cell);
          for (int j = 0; j < hidden; j++) {
            y[((t * directions + d) * rows + row) * hidden + j] = state[j];
          }
        }
        for (int j = 0; j < hidden; j++) {
          h[(d * rows + row) * hidden + j] = state[j];
          c[(d * rows + row) * hidden + j] = cell[j];
        }
      }
    }
  }

  private double[] step(int d, int t, int row, double[] state, double[] cell) {
    double[] next = new double[hidden];
    double[] nextCell = new double[hidden];
    double[] reset = new double[hidden];
    for (int j = 0; j < hidden && kind.equals("GRU"); j++) {
      reset[j] = f(d, 0, wx(d, 1, j, t, row) + rh(d, 1, j, state) + rb(d, 1, j)) * state[j];
    }
    for (int j = 0; j < hidden; j++) {
      switch (kind) {
        case "RNN" -> next[j] = f(d, 0, wx(d, 0, j, t, row) + rh(d, 0, j, state) + rb(d, 0, j));
        case "LSTM" -> {
          double[] a = new double[4];
          for (int gate = 0; gate < 4; gate++) {
            a[gate] = wx(d, gate, j, t, row) + rh(d, gate, j, state) + rb(d, gate, j);
          }
          double i = f(d, 0, a[0] + p[d * 3 * hidden + j] * cell[j]);
          double forget =
              inputForget ? 1 - i : f(d, 0, a[2] + p[(d * 3 + 2) * hidden + j] * cell[j]);
          nextCell[j] = forget * cell[j] + i * f(d, 1, a[3]);
          double o = f(d, 0, a[1] + p[(d * 3 + 1) * hidden + j] * nextCell[j]);
          next[j] = o * f(d, 2, nextCell[j]);
        }
        default -> {
          double z = f(d, 0, wx(d, 0, j, t, row) + rh(d, 0, j, state) + rb(d, 0, j));
          double gate = f(d, 0, wx(d, 1, j, t, row) + rh(d, 1, j, state) + rb(d, 1, j));
          double candidate =
              linearBeforeReset
                  ? wx(d, 2, j, t, row) + gate * (rh(d, 2, j, state) + rb(d, 2, j))
                  : wx(d, 2, j, t, row) + rh(d, 2, j, reset) + rb(d, 2, j);
          next[j] = (1 - z) * f(d, 1, candidate) + z * state[j];
        }
      }
    }
    System.arraycopy(nextCell, 0, cell, 0, hidden);
    return next;
  }
}
