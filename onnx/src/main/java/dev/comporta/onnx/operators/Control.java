package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Branches and loops over subgraphs. */
final class Control {
  private Control() {}

  static void addTo(Operators.Table table) {
    table.add("If", Control::branch);
    table.add("Loop", Control::loop);
    table.add("Scan", node -> node.version() < 9 ? Control.batchScan(node) : Control.scan(node));
  }

  private static Kernel branch(NodeInfo node) {
    node.body("then_branch");
    node.body("else_branch");
    return call -> {
      String name = call.flag(0) ? "then_branch" : "else_branch";
      return node.body(name).run(new OnnxValue[0], call.captured(name), call.machine());
    };
  }

  /** Inputs: the largest number of iterations, whether to begin, the states. */
  private static Kernel loop(NodeInfo node) {
    Body body = node.body("body");
    int states = body.inputs() - 2;
    int scans = body.outputs() - 1 - states;
    if (states < 0 || scans < 0 || node.inputs() != states + 2) {
      throw node.refuse(
          formatted(
              "has %d inputs and a body of %d inputs and %d outputs",
              node.inputs(), body.inputs(), body.outputs()));
    }
    return call -> {
      long most = call.has(0) ? call.integer(0) : Long.MAX_VALUE;
      boolean go = !call.has(1) || call.flag(1);
      if (!call.has(0) && !call.has(1)) {
        throw call.refuse("has neither a number of iterations nor a condition; it would never end");
      }
      OnnxValue[] captured = call.captured("body");
      @Nullable OnnxValue[] inputs = new OnnxValue[states + 2];
      for (int i = 0; i < states; i++) {
        inputs[i + 2] = call.optionalValue(i + 2);
      }
      List<List<OnnxTensor>> rows = lists(scans);
      long bytes = 0;
      for (long iteration = 0; iteration < most && go; iteration++) {
        inputs[0] = OnnxTensor.of(new long[] {iteration});
        inputs[1] = OnnxTensor.of(ElementType.BOOL, new long[] {1});
        OnnxValue[] outputs = body.run(inputs, captured, call.machine());
        go = truth(call, outputs[0]);
        for (int i = 0; i < states; i++) {
          inputs[i + 2] = outputs[i + 1];
        }
        for (int i = 0; i < scans; i++) {
          OnnxTensor row = tensor(call, outputs[1 + states + i]);
          bytes += 8L * row.count() + 64;
          rows.get(i).add(row);
        }
        if (bytes > call.machine().mostBytes()) {
          throw call.refuse(
              formatted("collects more than %,d MB of outputs", call.machine().mostBytes() >> 20));
        }
      }
      @Nullable OnnxValue[] results = new OnnxValue[states + scans];
      System.arraycopy(inputs, 2, results, 0, states);
      for (int i = 0; i < scans; i++) {
        results[states + i] = stacked(call, rows.get(i), 0, false);
      }
      return results;
    };
  }

  private static List<List<OnnxTensor>> lists(int count) {
    List<List<OnnxTensor>> lists = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private static boolean truth(Call call, OnnxValue value) {
    OnnxTensor tensor = tensor(call, value);
    if (tensor.count() != 1 || tensor.type() != ElementType.BOOL) {
      throw call.refuse("expected one truth value of the body but got " + value.describe());
    }
    return tensor.longs()[0] != 0;
  }

  private static OnnxTensor tensor(Call call, OnnxValue value) {
    if (value instanceof OnnxTensor tensor) {
      return tensor;
    }
    throw call.refuse("expected a tensor of the body but got " + value.describe());
  }

  /** Stacks the outputs of all iterations along a new axis. */
  private static OnnxTensor stacked(Call call, List<OnnxTensor> rows, int axis, boolean reverse) {
    if (rows.isEmpty()) {
      return OnnxTensor.of(new float[0], 0);
    }
    List<OnnxTensor> parts = new ArrayList<>();
    for (OnnxTensor row : reverse ? rows.reversed() : rows) {
      parts.add(Sequences.withAxis(call, row, axis));
    }
    return Pieces.concat(call, parts, axis);
  }

  /** Inputs: the states, then what is scanned along an axis. */
  private static Kernel scan(NodeInfo node) {
    Body body = node.body("body");
    int inputs = node.whole("num_scan_inputs", 0);
    int states = body.inputs() - inputs;
    int outputs = body.outputs() - states;
    int[] inAxes = axes(node, "scan_input_axes", inputs);
    int[] outAxes = axes(node, "scan_output_axes", outputs);
    int[] inDirections = axes(node, "scan_input_directions", inputs);
    int[] outDirections = axes(node, "scan_output_directions", outputs);
    if (inputs < 1 || states < 0 || outputs < 0 || node.inputs() != states + inputs) {
      throw node.refuse(
          formatted(
              "has %d inputs, %d of them scanned, and a body of %d inputs and %d outputs",
              node.inputs(), inputs, body.inputs(), body.outputs()));
    }
    return call -> {
      @Nullable OnnxValue[] state = new OnnxValue[states];
      for (int i = 0; i < states; i++) {
        state[i] = call.value(i);
      }
      OnnxTensor[] scanned = new OnnxTensor[inputs];
      int[] along = new int[inputs];
      int steps = -1;
      for (int i = 0; i < inputs; i++) {
        scanned[i] = call.tensor(states + i);
        along[i] = call.axis(inAxes[i], scanned[i].rank());
        int size = scanned[i].size(along[i]);
        if (steps >= 0 && size != steps) {
          throw call.refuse(formatted("scans inputs of %d and %d steps", steps, size));
        }
        steps = size;
      }
      List<List<OnnxTensor>> rows =
          scanned(call, body, state, scanned, along, inDirections, steps, call.captured("body"));
      @Nullable OnnxValue[] results = Arrays.copyOf(state, states + outputs);
      for (int i = 0; i < outputs; i++) {
        int rank = rows.get(i).isEmpty() ? 1 : rows.get(i).getFirst().rank() + 1;
        int axis = call.axis(outAxes[i], rank);
        results[states + i] = stacked(call, rows.get(i), axis, outDirections[i] != 0);
      }
      return results;
    };
  }

  private static int[] axes(NodeInfo node, String name, int count) {
    int[] axes = node.wholes(name, new int[Math.max(0, count)]);
    if (axes.length != count) {
      throw node.refuse(formatted("has %d %s; expected %d", axes.length, name, count));
    }
    return axes;
  }

  private static List<List<OnnxTensor>> scanned(
      Call call,
      Body body,
      @Nullable OnnxValue[] state,
      OnnxTensor[] scanned,
      int[] along,
      int[] directions,
      int steps,
      OnnxValue[] captured) {
    int outputs = body.outputs() - state.length;
    List<List<OnnxTensor>> rows = lists(outputs);
    @Nullable OnnxValue[] inputs = Arrays.copyOf(state, body.inputs());
    long bytes = 0;
    for (int step = 0; step < steps; step++) {
      System.arraycopy(state, 0, inputs, 0, state.length);
      for (int i = 0; i < scanned.length; i++) {
        int at = directions[i] != 0 ? steps - 1 - step : step;
        inputs[state.length + i] =
            Sequences.withoutAxis(Pieces.part(call, scanned[i], along[i], at, 1), along[i]);
      }
      OnnxValue[] results = body.run(inputs, captured, call.machine());
      System.arraycopy(results, 0, state, 0, state.length);
      for (int i = 0; i < outputs; i++) {
        OnnxTensor row = tensor(call, results[state.length + i]);
        bytes += 8L * row.count() + 64;
        rows.get(i).add(row);
      }
      if (bytes > call.machine().mostBytes()) {
        throw call.refuse(
            formatted("collects more than %,d MB of outputs", call.machine().mostBytes() >> 20));
      }
    }
    return rows;
  }

  /** Scan of operator set 8: everything has a batch axis, and rows may have lengths. */
  private static Kernel batchScan(NodeInfo node) {
    Body body = node.body("body");
    int inputs = node.whole("num_scan_inputs", 0);
    int states = body.inputs() - inputs;
    int outputs = body.outputs() - states;
    int[] directions = axes(node, "directions", inputs);
    if (inputs < 1 || states < 0 || outputs < 0 || node.inputs() != 1 + states + inputs) {
      throw node.refuse(
          formatted(
              "has %d inputs, %d of them scanned, and a body of %d inputs and %d outputs",
              node.inputs(), inputs, body.inputs(), body.outputs()));
    }
    return call -> {
      int rows = call.tensor(1).rank() == 0 ? 0 : call.tensor(1).size(0);
      long[] lengths = call.has(0) ? call.longs(0) : null;
      List<List<OnnxTensor>> results = lists(states + outputs);
      for (int row = 0; row < rows; row++) {
        @Nullable OnnxValue[] state = new OnnxValue[states];
        for (int i = 0; i < states; i++) {
          state[i] = row(call, call.tensor(1 + i), row);
        }
        OnnxTensor[] scanned = new OnnxTensor[inputs];
        int steps = -1;
        int all = 0;
        for (int i = 0; i < inputs; i++) {
          OnnxTensor part = row(call, call.tensor(1 + states + i), row);
          all = part.rank() == 0 ? 0 : part.size(0);
          int length = lengths == null ? all : Math.clamp(lengths[row], 0, all);
          scanned[i] = Pieces.part(call, part, 0, 0, length);
          if (steps >= 0 && steps != length) {
            throw call.refuse(formatted("scans inputs of %d and %d steps", steps, length));
          }
          steps = length;
        }
        List<List<OnnxTensor>> collected =
            scanned(
                call,
                body,
                state,
                scanned,
                new int[inputs],
                directions,
                steps,
                call.captured("body"));
        for (int i = 0; i < states; i++) {
          OnnxValue last = state[i];
          if (last != null) {
            results.get(i).add(tensor(call, last));
          }
        }
        for (int i = 0; i < outputs; i++) {
          OnnxTensor whole = stacked(call, collected.get(i), 0, false);
          if (steps < all && steps > 0) {
            int[] sizes = whole.sizes();
            sizes[0] = all;
            Object padded = call.storage(whole.type(), sizes);
            System.arraycopy(whole.data(), 0, padded, 0, whole.count());
            whole = OnnxTensor.of(whole.type(), padded, sizes);
          }
          results.get(states + i).add(whole);
        }
      }
      return results.stream().map(it -> stacked(call, it, 0, false)).toArray(OnnxValue[]::new);
    };
  }

  private static OnnxTensor row(Call call, OnnxTensor x, int row) {
    if (x.rank() == 0 || row >= x.size(0)) {
      throw call.refuse("expected a row for each sequence but got " + x.describe());
    }
    return Sequences.withoutAxis(Pieces.part(call, x, 0, row, 1), 0);
  }
}
