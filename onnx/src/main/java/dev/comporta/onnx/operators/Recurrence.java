package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RNN, LSTM, GRU and DynamicQuantizeLSTM: directions, layouts, lengths and states around the {@link
 * RecurrentCell cells}. The inputs of all timesteps are multiplied at once. Outputs after the end
 * of a row are 0; a reversed row begins at its own end.
 */
final class Recurrence {
  private final NodeInfo node;
  private final RecurrentCell.Kind kind;
  private final boolean quantized;
  private final int directions;
  private final boolean reverseFirst;
  private final boolean batchFirst;
  private final List<Activation> activations;
  private final float clip;
  private volatile RecurrentCell @Nullable [] prepared;

  private Recurrence(NodeInfo node, RecurrentCell.Kind kind, boolean quantized) {
    this.node = node;
    this.kind = kind;
    this.quantized = quantized;
    String direction = node.word("direction", "forward", "forward", "reverse", "bidirectional");
    this.directions = direction.equals("bidirectional") ? 2 : 1;
    this.reverseFirst = direction.equals("reverse");
    this.batchFirst = node.flag("layout", false);
    this.activations = Activation.of(node, directions, kind.activations());
    this.clip = node.given("clip") ? node.real("clip", 0) : 0;
    if (clip < 0 || Float.isNaN(clip)) {
      throw node.refuse(formatted("has the clip %s; expected a positive number", clip));
    }
  }

  static void addTo(Operators.Table table) {
    table.add("RNN", node -> new Recurrence(node, RecurrentCell.Kind.RNN, false)::run);
    table.add("LSTM", node -> new Recurrence(node, RecurrentCell.Kind.LSTM, false)::run);
    table.add("GRU", node -> new Recurrence(node, RecurrentCell.Kind.GRU, false)::run);
    table.addMicrosoft(
        "DynamicQuantizeLSTM", node -> new Recurrence(node, RecurrentCell.Kind.LSTM, true)::run);
  }

  private OnnxTensor shaped(Call call, int input, String name, int... sizes) {
    OnnxTensor tensor = call.tensor(input);
    if (!Arrays.equals(tensor.sizes(), sizes)) {
      throw call.refuse(
          formatted(
              "expected %s of shape %s but got %s",
              name, Arrays.toString(sizes), tensor.describe()));
    }
    return tensor;
  }

  private @Nullable OnnxValue[] run(Call call) {
    OnnxTensor x = call.tensor(0);
    OnnxTensor r = call.tensor(2);
    if (x.rank() != 3 || r.rank() != 3) {
      throw call.refuse(
          formatted(
              "expected an input and recurrent weights of 3 axes but got %s and %s",
              x.describe(), r.describe()));
    }
    if (x.type() == ElementType.FLOAT64) {
      return RecurrenceInDouble.run(this, call);
    }
    float[] input = call.floats(0).floats();
    int steps = x.size(batchFirst ? 1 : 0);
    int rows = x.size(batchFirst ? 0 : 1);
    int inputs = x.size(2);
    int hidden = quantized ? r.size(1) : r.size(2);
    checkWeights(call, inputs, hidden);
    RecurrentCell[] cells = cells(call, inputs, hidden);
    int[] lengths = lengths(call, steps, rows);
    if (batchFirst) {
      input = Strides.permute(call, x, new int[] {1, 0, 2}).floats();
    }
    float[] y = call.newFloats(steps, directions, rows, hidden);
    float[] h = state(call, 5, "initial_h", rows, hidden);
    float[] c =
        kind == RecurrentCell.Kind.LSTM ? state(call, 6, "initial_c", rows, hidden) : new float[0];
    for (int d = 0; d < directions; d++) {
      boolean reverse = reverseFirst || d == 1;
      direction(call, cells[d], reverse, input, lengths, steps, rows, y, d, h, c);
    }
    return outputs(
        call,
        OnnxTensor.of(x.type(), y, steps, directions, rows, hidden),
        OnnxTensor.of(x.type(), h, directions, rows, hidden),
        kind == RecurrentCell.Kind.LSTM
            ? OnnxTensor.of(x.type(), c, directions, rows, hidden)
            : null);
  }

  /** Checks W, R, B, P against the sizes. */
  void checkWeights(Call call, int inputs, int hidden) {
    int gates = kind.gates() * hidden;
    if (hidden > Integer.MAX_VALUE / (8 * directions)) {
      throw call.refuse(
          formatted("has recurrent weights %s, too large", call.tensor(2).describe()));
    }
    if (node.whole("hidden_size", hidden) != hidden) {
      throw call.refuse(
          formatted(
              "has hidden_size = %d but recurrent weights %s",
              node.whole("hidden_size", hidden), call.tensor(2).describe()));
    }
    if (quantized) {
      shaped(call, 1, "W", directions, inputs, gates);
      shaped(call, 2, "R", directions, hidden, gates);
    } else {
      shaped(call, 1, "W", directions, gates, inputs);
      shaped(call, 2, "R", directions, gates, hidden);
    }
    if (call.has(3)) {
      shaped(call, 3, "B", directions, 2 * gates);
    }
    if (kind == RecurrentCell.Kind.LSTM && call.has(7)) {
      shaped(call, 7, "P", directions, 3 * hidden);
    }
  }

  int directions() {
    return directions;
  }

  RecurrentCell.Kind kind() {
    return kind;
  }

  boolean batchFirst() {
    return batchFirst;
  }

  boolean reverse(int direction) {
    return reverseFirst || direction == 1;
  }

  double clip() {
    return clip;
  }

  boolean inputForget() {
    return kind == RecurrentCell.Kind.LSTM && node.flag("input_forget", false);
  }

  boolean linearBeforeReset() {
    return kind == RecurrentCell.Kind.GRU && node.flag("linear_before_reset", false);
  }

  Activation activation(int direction, int which) {
    return activations.get(direction * kind.activations().size() + which);
  }

  private RecurrentCell[] cells(Call call, int inputs, int hidden) {
    RecurrentCell[] known = prepared;
    if (known != null && known[0].madeFrom(call)) {
      return known;
    }
    RecurrentCell[] cells = new RecurrentCell[directions];
    for (int d = 0; d < directions; d++) {
      cells[d] = RecurrentCell.of(this, call, d, inputs, hidden, quantized);
    }
    prepared = cells;
    return cells;
  }

  /** The length of each row. */
  int[] lengths(Call call, int steps, int rows) {
    int[] lengths = call.newInts(rows);
    Arrays.fill(lengths, steps);
    if (call.has(4)) {
      long[] given = call.longs(4);
      if (given.length != rows) {
        throw call.refuse(formatted("has %d lengths for %d rows", given.length, rows));
      }
      for (int row = 0; row < rows; row++) {
        if (given[row] < 0 || given[row] > steps) {
          throw call.refuse(
              formatted("has the length %d for a sequence of %d steps", given[row], steps));
        }
        lengths[row] = (int) given[row];
      }
    }
    return lengths;
  }

  /** A copy of an initial state as {@code [directions, rows, hidden]}, or zeros. */
  private float[] state(Call call, int input, String name, int rows, int hidden) {
    float[] state = call.newFloats(directions, rows, hidden);
    if (call.has(input)) {
      OnnxTensor given =
          batchFirst
              ? Strides.permute(
                  call, shaped(call, input, name, rows, directions, hidden), new int[] {1, 0, 2})
              : shaped(call, input, name, directions, rows, hidden);
      if (given.type().storage() != ElementType.Storage.FLOATS) {
        throw call.wrongType(input, "floats");
      }
      System.arraycopy(given.floats(), 0, state, 0, state.length);
    }
    return state;
  }

  private void direction(
      Call call,
      RecurrentCell cell,
      boolean reverse,
      float[] input,
      int[] lengths,
      int steps,
      int rows,
      float[] y,
      int d,
      float[] hAll,
      float[] cAll) {
    int hidden = cell.hidden();
    int width = kind.gates() * hidden;
    if (steps == 0 || rows == 0 || hidden == 0) {
      return;
    }
    float[] projected = call.newFloats(steps, rows, width);
    cell.project(call.backend(), steps * rows, input, projected);
    int longest = Arrays.stream(lengths).max().orElse(0);
    int stateSize = rows * hidden;
    float[] h = Arrays.copyOfRange(hAll, d * stateSize, (d + 1) * stateSize);
    float[] c =
        cAll.length == 0 ? cAll : Arrays.copyOfRange(cAll, d * stateSize, (d + 1) * stateSize);
    float[] hNext = new float[stateSize];
    float[] cNext = new float[c.length];
    float[] gates = new float[rows * width];
    RecurrentCell.Scratch scratch = cell.scratch(rows);
    for (int step = 0; step < longest; step++) {
      for (int row = 0; row < rows; row++) {
        int time = reverse ? Math.max(0, lengths[row] - 1 - step) : step;
        System.arraycopy(projected, (time * rows + row) * width, gates, row * width, width);
      }
      cell.step(call.backend(), rows, gates, h, c, hNext, cNext, scratch);
      for (int row = 0; row < rows; row++) {
        if (step < lengths[row]) {
          int time = reverse ? lengths[row] - 1 - step : step;
          int at = row * hidden;
          System.arraycopy(hNext, at, h, at, hidden);
          System.arraycopy(hNext, at, y, ((time * directions + d) * rows + row) * hidden, hidden);
          if (c.length > 0) {
            System.arraycopy(cNext, at, c, at, hidden);
          }
        }
      }
    }
    System.arraycopy(h, 0, hAll, d * stateSize, stateSize);
    if (c.length > 0) {
      System.arraycopy(c, 0, cAll, d * stateSize, stateSize);
    }
  }

  /** The outputs in the layout that the node asks for. */
  @Nullable OnnxValue[] outputs(Call call, OnnxTensor y, OnnxTensor h, @Nullable OnnxTensor c) {
    int[] states = {1, 0, 2};
    OnnxTensor first = batchFirst ? Strides.permute(call, y, new int[] {2, 0, 1, 3}) : y;
    OnnxTensor second = batchFirst ? Strides.permute(call, h, states) : h;
    if (c == null) {
      return new OnnxValue[] {first, second};
    }
    return new OnnxValue[] {first, second, batchFirst ? Strides.permute(call, c, states) : c};
  }
}
