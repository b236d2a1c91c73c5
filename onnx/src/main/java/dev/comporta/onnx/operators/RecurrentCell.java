package dev.comporta.onnx.operators;

import dev.comporta.api.tensor.TensorBackend;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a recurrent operator with its weights, and one step of it on the backend. Gates
 * are in ONNX's order: LSTM i o f c, GRU z r h. The equations are those of ONNX's operators RNN,
 * LSTM and GRU; a clip bounds the pre-activations of gates and candidates; like ONNX Runtime, it
 * does not bound the cell state.
 */
final class RecurrentCell {
  /** The kinds of cells. */
  enum Kind {
    /** {@code H = f(X W + H R + b)}. */
    RNN(1),
    /** Gates i o f c. */
    LSTM(4),
    /** Gates z r h. */
    GRU(3);

    private final int gates;

    Kind(int gates) {
      this.gates = gates;
    }

    int gates() {
      return gates;
    }

    /** The default activation functions of one direction. */
    List<String> activations() {
      return switch (this) {
        case RNN -> List.of("Tanh");
        case LSTM -> List.of("Sigmoid", "Tanh", "Tanh");
        case GRU -> List.of("Sigmoid", "Tanh");
      };
    }
  }

  /** Buffers of one run. */
  static final class Scratch {
    private final float[] a;
    private final float[] b;

    private Scratch(int a, int b) {
      this.a = new float[a];
      this.b = new float[b];
    }
  }

  private final Origin from;
  private final Kind kind;
  private final int hidden;
  private final Product w;
  private final Product r;
  private final @Nullable Product candidate;
  private final float[] bias;
  private final float[] recurrentBias;
  private final float @Nullable [] peepholes;
  private final Activation f;
  private final Activation g;
  private final Activation h;
  private final float clip;
  private final boolean inputForget;
  private final boolean linearBeforeReset;

  /** Which tensors a cell was made from, by identity. */
  @SuppressWarnings("ArrayRecordComponent") // compared by identity of the elements
  private record Origin(@Nullable Object[] values) {
    static Origin of(Call call) {
      @Nullable Object[] values = new Object[14];
      for (int i : new int[] {1, 2, 3, 7, 8, 9, 10, 11}) {
        values[i] = call.optionalValue(i);
      }
      values[13] = call.backend();
      return new Origin(values);
    }

    boolean same(Call call) {
      @Nullable Object[] others = of(call).values;
      for (int i = 0; i < values.length; i++) {
        if (values[i] != others[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private RecurrentCell(
      Recurrence node,
      Call call,
      int d,
      int hidden,
      Product w,
      Product r,
      @Nullable Product candidate) {
    this.from = Origin.of(call);
    this.kind = node.kind();
    this.hidden = hidden;
    this.w = w;
    this.r = r;
    this.candidate = candidate;
    this.linearBeforeReset = node.linearBeforeReset();
    this.inputForget = node.inputForget();
    this.clip = (float) node.clip();
    this.f = node.activation(d, 0);
    this.g = kind == Kind.RNN ? f : node.activation(d, 1);
    this.h = kind == Kind.LSTM ? node.activation(d, 2) : g;
    int width = kind.gates() * hidden;
    this.bias = new float[width];
    this.recurrentBias = new float[width];
    if (call.has(3)) {
      float[] both = call.floats(3).floats();
      int at = d * 2 * width;
      int apart = linearBeforeReset ? 2 * hidden : width;
      for (int i = 0; i < width; i++) {
        bias[i] = both[at + i] + (i < apart ? both[at + width + i] : 0);
        recurrentBias[i] = i < apart ? 0 : both[at + width + i];
      }
    }
    this.peepholes =
        kind == Kind.LSTM && call.has(7)
            ? Arrays.copyOfRange(call.floats(7).floats(), d * 3 * hidden, (d + 1) * 3 * hidden)
            : null;
  }

  static RecurrentCell of(
      Recurrence node, Call call, int d, int inputs, int hidden, boolean quantized) {
    int width = node.kind().gates() * hidden;
    if (quantized) {
      return new RecurrentCell(
          node,
          call,
          d,
          hidden,
          Product.dequantized(
              call.backend(),
              call.tensor(1),
              d * inputs * width,
              inputs,
              width,
              part(call.floats(8).floats(), d, node.directions()),
              part(call.longs(9), d, node.directions())),
          Product.dequantized(
              call.backend(),
              call.tensor(2),
              d * hidden * width,
              hidden,
              width,
              part(call.floats(10).floats(), d, node.directions()),
              part(call.longs(11), d, node.directions())),
          null);
    }
    TensorBackend backend = call.backend();
    float[] weights = call.floats(1).floats();
    float[] recurrent = call.floats(2).floats();
    boolean apart = node.kind() == Kind.GRU && !node.linearBeforeReset();
    int at = d * width * hidden;
    return new RecurrentCell(
        node,
        call,
        d,
        hidden,
        Product.transposed(backend, weights, d * width * inputs, inputs, width),
        Product.transposed(backend, recurrent, at, hidden, apart ? 2 * hidden : width),
        apart
            ? Product.transposed(backend, recurrent, at + 2 * hidden * hidden, hidden, hidden)
            : null);
  }

  private static float[] part(float[] all, int d, int directions) {
    int width = Math.max(1, all.length / directions);
    return Arrays.copyOfRange(all, d * width, (d + 1) * width);
  }

  private static long[] part(long[] all, int d, int directions) {
    int width = Math.max(1, all.length / directions);
    return Arrays.copyOfRange(all, d * width, (d + 1) * width);
  }

  boolean madeFrom(Call call) {
    return from.same(call);
  }

  int hidden() {
    return hidden;
  }

  Scratch scratch(int rows) {
    return switch (kind) {
      case GRU ->
          linearBeforeReset
              ? new Scratch(rows * 3 * hidden, 0)
              : new Scratch(rows * 2 * hidden, rows * hidden);
      default -> new Scratch(rows * hidden, 0);
    };
  }

  /** {@code X W + b} of all timesteps. */
  void project(TensorBackend backend, int rows, float[] x, float[] projected) {
    w.into(backend, rows, x, 0, bias, false, projected, 0);
  }

  private void bound(float[] x, int at, int count) {
    if (clip > 0) {
      for (int i = at; i < at + count; i++) {
        x[i] = Math.max(-clip, Math.min(clip, x[i]));
      }
    }
  }

  private void activate(Activation function, TensorBackend backend, float[] x, int at, int count) {
    bound(x, at, count);
    function.apply(backend, x, at, count);
  }

  /** One step of all rows: gates hold {@code X W + b} and are overwritten. */
  void step(
      TensorBackend backend,
      int rows,
      float[] gates,
      float[] hBefore,
      float[] cBefore,
      float[] hNext,
      float[] cNext,
      Scratch scratch) {
    switch (kind) {
      case RNN -> {
        r.into(backend, rows, hBefore, 0, null, true, gates, 0);
        activate(f, backend, gates, 0, rows * hidden);
        System.arraycopy(gates, 0, hNext, 0, rows * hidden);
      }
      case LSTM -> {
        r.into(backend, rows, hBefore, 0, null, true, gates, 0);
        for (int row = 0; row < rows; row++) {
          lstm(backend, gates, row * 4 * hidden, cBefore, hNext, cNext, row * hidden, scratch.a);
        }
      }
      case GRU -> {
        if (linearBeforeReset) {
          r.into(backend, rows, hBefore, 0, recurrentBias, false, scratch.a, 0);
          for (int row = 0; row < rows; row++) {
            resetAfter(backend, gates, row * 3 * hidden, hBefore, hNext, row * hidden, scratch.a);
          }
        } else {
          resetBefore(backend, rows, gates, hBefore, hNext, scratch);
        }
      }
    }
  }

  private void lstm(
      TensorBackend backend,
      float[] gates,
      int at,
      float[] cBefore,
      float[] hNext,
      float[] cNext,
      int to,
      float[] squashed) {
    int i = at;
    int o = at + hidden;
    int forget = at + 2 * hidden;
    int c = at + 3 * hidden;
    float[] p = peepholes;
    if (p == null) {
      activate(f, backend, gates, i, 3 * hidden);
    } else {
      for (int j = 0; j < hidden; j++) {
        gates[i + j] += p[j] * cBefore[to + j];
        gates[forget + j] += p[2 * hidden + j] * cBefore[to + j];
      }
      activate(f, backend, gates, i, hidden);
      activate(f, backend, gates, forget, hidden);
    }
    activate(g, backend, gates, c, hidden);
    for (int j = 0; j < hidden; j++) {
      float keep = inputForget ? 1 - gates[i + j] : gates[forget + j];
      cNext[to + j] = keep * cBefore[to + j] + gates[i + j] * gates[c + j];
    }
    if (p != null) {
      for (int j = 0; j < hidden; j++) {
        gates[o + j] += p[hidden + j] * cNext[to + j];
      }
      activate(f, backend, gates, o, hidden);
    }
    System.arraycopy(cNext, to, squashed, to, hidden);
    h.apply(backend, squashed, to, hidden); // a clip does not bound the cell state
    for (int j = 0; j < hidden; j++) {
      hNext[to + j] = gates[o + j] * squashed[to + j];
    }
  }

  private void resetAfter(
      TensorBackend backend,
      float[] gates,
      int at,
      float[] hBefore,
      float[] hNext,
      int to,
      float[] recurrent) {
    int z = at;
    int reset = at + hidden;
    int c = at + 2 * hidden;
    for (int j = 0; j < 2 * hidden; j++) {
      gates[z + j] += recurrent[at + j];
    }
    activate(f, backend, gates, z, 2 * hidden);
    for (int j = 0; j < hidden; j++) {
      gates[c + j] += gates[reset + j] * recurrent[c + j];
    }
    activate(g, backend, gates, c, hidden);
    for (int j = 0; j < hidden; j++) {
      hNext[to + j] = (1 - gates[z + j]) * gates[c + j] + gates[z + j] * hBefore[to + j];
    }
  }

  private void resetBefore(
      TensorBackend backend,
      int rows,
      float[] gates,
      float[] hBefore,
      float[] hNext,
      Scratch scratch) {
    Product last = candidate;
    if (last == null) {
      throw new IllegalStateException("a GRU without the weights of its candidate");
    }
    r.into(backend, rows, hBefore, 0, null, false, scratch.a, 0);
    for (int row = 0; row < rows; row++) {
      int at = row * 3 * hidden;
      int with = row * 2 * hidden;
      for (int j = 0; j < 2 * hidden; j++) {
        gates[at + j] += scratch.a[with + j];
      }
      activate(f, backend, gates, at, 2 * hidden);
      for (int j = 0; j < hidden; j++) {
        hNext[row * hidden + j] = gates[at + hidden + j] * hBefore[row * hidden + j];
      }
    }
    last.into(backend, rows, hNext, 0, null, false, scratch.b, 0);
    for (int row = 0; row < rows; row++) {
      int at = row * 3 * hidden;
      int c = at + 2 * hidden;
      int to = row * hidden;
      for (int j = 0; j < hidden; j++) {
        gates[c + j] += scratch.b[to + j];
      }
      activate(g, backend, gates, c, hidden);
      for (int j = 0; j < hidden; j++) {
        hNext[to + j] = (1 - gates[at + j]) * gates[c + j] + gates[at + j] * hBefore[to + j];
      }
    }
  }
}
