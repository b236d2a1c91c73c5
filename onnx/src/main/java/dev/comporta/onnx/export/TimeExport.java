package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.List;

/**
 * Functions over the timesteps of each row as nodes; values are {@code [time, batch, features]}.
 */
final class TimeExport {
  private TimeExport() {}

  /** Each row from its last timestep to its first. */
  static String reversed(GraphWriter graph, RowLengths lengths, String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] a layer that reverses time needs operator set 10 or newer; export with --opset 10");
    }
    return graph.apply(
        "ReverseSequence",
        List.of(x, lengths.whole()),
        attribute("time_axis", 0L),
        attribute("batch_axis", 1L));
  }

  /** The last timestep of each row: reversed within its length, it is the first. */
  static String last(GraphWriter graph, RowLengths lengths, String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] the last timestep of each row needs operator set 10 or newer; export with --opset 10");
    }
    return graph.sliced(reversed(graph, lengths, x), 0, 0, 1);
  }

  /** Whether each of a number of timesteps is before the end of its row, {@code [time, batch]}. */
  static String inside(GraphWriter graph, String timesteps, RowLengths lengths) {
    if (graph.version() < 11) {
      throw new OnnxException(
          "[onnx] a comparison of timesteps with lengths needs operator set 11 or newer; export with --opset 11");
    }
    String column = graph.apply("Reshape", List.of(graph.range(timesteps), graph.integers(-1, 1)));
    return graph.apply("Less", List.of(column, lengths.whole()));
  }

  /** Zeros after the end of each row. */
  static String withoutPadding(GraphWriter graph, RowLengths lengths, String x) {
    String inside = graph.unsqueezed(inside(graph, graph.size(x, 0), lengths), 2);
    return graph.apply("Where", List.of(inside, x, graph.number(0)));
  }

  /**
   * The last timesteps of each row, the last one first, as features: {@code [1, batch, lags
   * features]}; zeros before the first timestep.
   */
  static String past(GraphWriter graph, RowLengths lengths, String x, int lags, int features) {
    String shape =
        graph.apply(
            "Concat",
            List.of(graph.integers(lags), graph.size(x, 1), graph.integers(features)),
            attribute("axis", 0L));
    String zeros = graph.apply("Expand", List.of(graph.number(0), shape));
    String back =
        graph.apply("Concat", List.of(reversed(graph, lengths, x), zeros), attribute("axis", 0L));
    String latest = withoutPadding(graph, lengths, graph.sliced(back, 0, 0, lags));
    String rows = graph.apply("Transpose", List.of(latest), attribute("perm", 1, 0, 2));
    return graph.apply("Reshape", List.of(rows, graph.integers(1, -1, (long) lags * features)));
  }

  /** The mean or the largest of the timesteps of each row, zero for a row without any. */
  static String pooled(GraphWriter graph, RowLengths lengths, boolean mean, String x) {
    if (graph.version() < 11) {
      throw new OnnxException(
          "[onnx] the mean or maximum over time needs operator set 11 or newer; export with --opset 11");
    }
    String inside = graph.unsqueezed(inside(graph, graph.size(x, 0), lengths), 2);
    String count = graph.reduced("ReduceSum", graph.cast(inside, ElementType.FLOAT32), true, 0);
    if (mean) {
      String sum =
          graph.reduced(
              "ReduceSum", graph.apply("Where", List.of(inside, x, graph.number(0))), true, 0);
      return graph.apply("Div", List.of(sum, graph.apply("Max", List.of(count, graph.number(1)))));
    }
    String lowest = graph.number(Float.NEGATIVE_INFINITY);
    String most =
        graph.reduced("ReduceMax", graph.apply("Where", List.of(inside, x, lowest)), true, 0);
    String seen = graph.apply("Greater", List.of(count, graph.number(0)));
    return graph.apply("Where", List.of(seen, most, graph.number(0)));
  }
}
