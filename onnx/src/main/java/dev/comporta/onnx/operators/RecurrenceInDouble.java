package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** RNN, LSTM and GRU on float64, which the backends do not have: ONNX's equations, row by row. */
final class RecurrenceInDouble {
  private final Recurrence node;
  private final Call call;
  private final int inputs;
  private final int hidden;
  private final double[] x;
  private final double[] w;
  private final double[] r;
  private final double @Nullable [] b;
  private final double @Nullable [] p;

  private RecurrenceInDouble(Recurrence node, Call call) {
    this.node = node;
    this.call = call;
    this.inputs = call.tensor(0).size(2);
    this.hidden = call.tensor(2).size(2);
    node.checkWeights(call, inputs, hidden);
    this.x = required(0);
    this.w = required(1);
    this.r = required(2);
    this.b = call.has(3) ? required(3) : null;
    this.p = node.kind() == RecurrentCell.Kind.LSTM && call.has(7) ? required(7) : null;
  }

  private double[] required(int input) {
    if (call.tensor(input).type() != ElementType.FLOAT64) {
      throw call.wrongType(input, "float64");
    }
    return call.doubles(input);
  }

  static @Nullable OnnxValue[] run(Recurrence node, Call call) {
    return new RecurrenceInDouble(node, call).run();
  }

  private @Nullable OnnxValue[] run() {
    OnnxTensor input = call.tensor(0);
    int steps = input.size(node.batchFirst() ? 1 : 0);
    int rows = input.size(node.batchFirst() ? 0 : 1);
    int[] lengths = node.lengths(call, steps, rows);
    int directions = node.directions();
    boolean lstm = node.kind() == RecurrentCell.Kind.LSTM;
    double[] y = call.newDoubles(steps, directions, rows, hidden);
    double[] hAll = call.newDoubles(directions, rows, hidden);
    double[] cAll = call.newDoubles(directions, rows, hidden);
    for (int d = 0; d < directions; d++) {
      for (int row = 0; row < rows; row++) {
        double[] h = state(5, d, row, rows);
        double[] c = lstm ? state(6, d, row, rows) : new double[hidden];
        for (int step = 0; step < lengths[row]; step++) {
          int t = node.reverse(d) ? lengths[row] - 1 - step : step;
          int at = (node.batchFirst() ? row * steps + t : t * rows + row) * inputs;
          h =
              switch (node.kind()) {
                case RNN -> simple(d, at, h);
                case LSTM -> lstm(d, at, h, c);
                case GRU -> gru(d, at, h);
              };
          System.arraycopy(h, 0, y, ((t * directions + d) * rows + row) * hidden, hidden);
        }
        System.arraycopy(h, 0, hAll, (d * rows + row) * hidden, hidden);
        System.arraycopy(c, 0, cAll, (d * rows + row) * hidden, hidden);
      }
    }
    return node.outputs(
        call,
        OnnxTensor.of(y, steps, directions, rows, hidden),
        OnnxTensor.of(hAll, directions, rows, hidden),
        lstm ? OnnxTensor.of(cAll, directions, rows, hidden) : null);
  }

  private double[] state(int input, int d, int row, int rows) {
    if (!call.has(input)) {
      return new double[hidden];
    }
    double[] all = required(input);
    int at = (node.batchFirst() ? row * node.directions() + d : d * rows + row) * hidden;
    if (all.length != node.directions() * rows * hidden) {
      throw call.refuse("has an initial state of the shape " + call.tensor(input).describe());
    }
    return Arrays.copyOfRange(all, at, at + hidden);
  }

  private double bias(int d, int index) {
    double[] all = b;
    return all == null ? 0 : all[d * 2 * node.kind().gates() * hidden + index];
  }

  /** {@code X W + Wb} of one unit of one gate. */
  private double fromInput(int d, int gate, int unit, int at) {
    int row = gate * hidden + unit;
    double sum = bias(d, row);
    int from = (d * node.kind().gates() * hidden + row) * inputs;
    for (int i = 0; i < inputs; i++) {
      sum += x[at + i] * w[from + i];
    }
    return sum;
  }

  /** {@code H R + Rb} of one unit of one gate. */
  private double fromState(int d, int gate, int unit, double[] h) {
    int row = gate * hidden + unit;
    int gates = node.kind().gates();
    double sum = bias(d, gates * hidden + row);
    int from = (d * gates * hidden + row) * hidden;
    for (int i = 0; i < hidden; i++) {
      sum += h[i] * r[from + i];
    }
    return sum;
  }

  private double active(int d, int which, double value) {
    double bound = node.clip();
    boolean ofState = node.kind() == RecurrentCell.Kind.LSTM && which == 2;
    double clipped = bound > 0 && !ofState ? Math.max(-bound, Math.min(bound, value)) : value;
    return node.activation(d, which).function().applyAsDouble(clipped);
  }

  private double[] simple(int d, int at, double[] h) {
    double[] next = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      next[j] = active(d, 0, fromInput(d, 0, j, at) + fromState(d, 0, j, h));
    }
    return next;
  }

  private double[] lstm(int d, int at, double[] h, double[] c) {
    double[] next = new double[hidden];
    double[] cNext = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double i = fromInput(d, 0, j, at) + fromState(d, 0, j, h) + peep(d, 0, j) * c[j];
      double o = fromInput(d, 1, j, at) + fromState(d, 1, j, h);
      double f = fromInput(d, 2, j, at) + fromState(d, 2, j, h) + peep(d, 2, j) * c[j];
      double g = fromInput(d, 3, j, at) + fromState(d, 3, j, h);
      double gateI = active(d, 0, i);
      double gateF = node.inputForget() ? 1 - gateI : active(d, 0, f);
      cNext[j] = gateF * c[j] + gateI * active(d, 1, g);
      next[j] = active(d, 0, o + peep(d, 1, j) * cNext[j]) * active(d, 2, cNext[j]);
    }
    System.arraycopy(cNext, 0, c, 0, hidden);
    return next;
  }

  private double peep(int d, int gate, int unit) {
    double[] all = p;
    return all == null ? 0 : all[(d * 3 + gate) * hidden + unit];
  }

  private double[] gru(int d, int at, double[] h) {
    double[] z = new double[hidden];
    double[] reset = new double[hidden];
    double[] gated = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      z[j] = active(d, 0, fromInput(d, 0, j, at) + fromState(d, 0, j, h));
      reset[j] = active(d, 0, fromInput(d, 1, j, at) + fromState(d, 1, j, h));
      gated[j] = reset[j] * h[j];
    }
    double[] next = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double recurrent =
          node.linearBeforeReset() ? reset[j] * fromState(d, 2, j, h) : fromState(d, 2, j, gated);
      double candidate = active(d, 1, fromInput(d, 2, j, at) + recurrent);
      next[j] = (1 - z[j]) * candidate + z[j] * h[j];
    }
    return next;
  }
}
