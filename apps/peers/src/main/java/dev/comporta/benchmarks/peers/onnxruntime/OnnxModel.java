package dev.comporta.benchmarks.peers.onnxruntime;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Workload;
import java.util.List;

/**
 * An ONNX model with one recurrent node. Inputs: {@code x [T, B, I]} and, for streaming, the state
 * {@code h [1, B, H]} and for the LSTM {@code c [1, B, H]}. Outputs: {@code y [T, 1, B, H]} or, for
 * streaming, {@code h_next} and {@code c_next}. Field numbers are those of onnx.proto; the operator
 * set is version 14.
 */
final class OnnxModel {

  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 14;
  private static final int FLOAT = 1;
  private static final int ATTRIBUTE_INTEGER = 2;

  private OnnxModel() {}

  /** The serialised model of an inference problem. */
  static byte[] of(Problem problem, Workload.Inference w) {
    ProtoBytes graph = new ProtoBytes();
    graph.message(1, node(w)).text(2, "recurrent");
    int gates = w.cell().gates();
    graph.message(
        5,
        tensor(
            "W",
            reorder(problem.parameter("weight_ih_l0"), w),
            1,
            (long) gates * w.hidden(),
            w.input()));
    graph.message(
        5,
        tensor(
            "R",
            reorder(problem.parameter("weight_hh_l0"), w),
            1,
            (long) gates * w.hidden(),
            w.hidden()));
    graph.message(5, tensor("B", biases(problem, w), 1, 2L * gates * w.hidden()));
    graph.message(11, value("x", w.timesteps(), w.batch(), w.input()));
    if (w.streams()) {
      graph.message(11, value("h", 1, w.batch(), w.hidden()));
      graph.message(12, value("h_next", 1, w.batch(), w.hidden()));
      if (w.cell().hasCellState()) {
        graph.message(11, value("c", 1, w.batch(), w.hidden()));
        graph.message(12, value("c_next", 1, w.batch(), w.hidden()));
      }
    } else {
      graph.message(12, value("y", w.timesteps(), 1, w.batch(), w.hidden()));
    }
    return new ProtoBytes()
        .integer(1, IR_VERSION)
        .message(7, graph)
        .message(8, new ProtoBytes().integer(2, OPERATOR_SET))
        .toByteArray();
  }

  private static ProtoBytes node(Workload.Inference w) {
    boolean lstm = w.cell().hasCellState();
    List<String> inputs =
        !w.streams()
            ? List.of("x", "W", "R", "B")
            : lstm
                ? List.of("x", "W", "R", "B", "", "h", "c")
                : List.of("x", "W", "R", "B", "", "h");
    List<String> outputs =
        !w.streams()
            ? List.of("y")
            : lstm ? List.of("", "h_next", "c_next") : List.of("", "h_next");
    ProtoBytes node = new ProtoBytes();
    inputs.forEach(name -> node.text(1, name));
    outputs.forEach(name -> node.text(2, name));
    node.text(3, "recurrent").text(4, operator(w.cell()));
    node.message(5, attribute("hidden_size", w.hidden()));
    if (w.cell() == CellKind.GRU) {
      node.message(5, attribute("linear_before_reset", 1));
    }
    return node;
  }

  private static String operator(CellKind cell) {
    return switch (cell) {
      case LSTM -> "LSTM";
      case GRU -> "GRU";
      case TANH_RNN, LAYER_NORM_LSTM, MINIMAL_GATED_UNIT -> throw unavailable(cell);
    };
  }

  /** For each gate of ONNX, its index in PyTorch's order: i f g o to i o f g, r z n to z r n. */
  private static int[] gateOrder(CellKind cell) {
    return switch (cell) {
      case LSTM -> new int[] {0, 3, 1, 2};
      case GRU -> new int[] {1, 0, 2};
      case TANH_RNN, LAYER_NORM_LSTM, MINIMAL_GATED_UNIT -> throw unavailable(cell);
    };
  }

  private static UnsupportedOperationException unavailable(CellKind cell) {
    return new UnsupportedOperationException(
        formatted(
            "[onnxruntime] expected an LSTM or a GRU but got %s; add its operator to OnnxModel",
            cell));
  }

  private static float[] reorder(float[] values, Workload.Inference w) {
    int[] order = gateOrder(w.cell());
    int block = values.length / order.length;
    float[] result = new float[values.length];
    for (int gate = 0; gate < order.length; gate++) {
      System.arraycopy(values, order[gate] * block, result, gate * block, block);
    }
    return result;
  }

  private static float[] biases(Problem problem, Workload.Inference w) {
    float[] input = reorder(problem.parameter("bias_ih_l0"), w);
    float[] recurrent = reorder(problem.parameter("bias_hh_l0"), w);
    float[] both = new float[input.length + recurrent.length];
    System.arraycopy(input, 0, both, 0, input.length);
    System.arraycopy(recurrent, 0, both, input.length, recurrent.length);
    return both;
  }

  private static ProtoBytes attribute(String name, long value) {
    return new ProtoBytes().text(1, name).integer(3, value).integer(20, ATTRIBUTE_INTEGER);
  }

  private static ProtoBytes tensor(String name, float[] values, long... shape) {
    ProtoBytes tensor = new ProtoBytes();
    for (long size : shape) {
      tensor.integer(1, size);
    }
    return tensor.integer(2, FLOAT).text(8, name).floats(9, values);
  }

  private static ProtoBytes value(String name, long... shape) {
    ProtoBytes sizes = new ProtoBytes();
    for (long size : shape) {
      sizes.message(1, new ProtoBytes().integer(1, size));
    }
    ProtoBytes tensorType = new ProtoBytes().integer(1, FLOAT).message(2, sizes);
    return new ProtoBytes().text(1, name).message(2, new ProtoBytes().message(1, tensorType));
  }
}
