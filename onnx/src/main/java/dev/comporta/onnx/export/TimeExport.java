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

  /** The lengths of the rows as integers of 64 bits. */
  static String lengths(GraphWriter graph) {
    return graph.once(
        "lengths_of_rows",
        name ->
            graph.node(
                "Cast",
                List.of(LayerExport.LENGTHS),
                List.of(name),
                attribute("to", (long) ElementType.INT64.number())));
  }

  /** Each row from its last timestep to its first. */
  static String reversed(GraphWriter graph, String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] a layer that reverses time needs operator set 10 or newer; export with --opset 10");
    }
    return graph.apply(
        "ReverseSequence",
        List.of(x, lengths(graph)),
        attribute("time_axis", 0L),
        attribute("batch_axis", 1L));
  }

  /** The last timestep of each row: reversed within its length, it is the first. */
  static String last(GraphWriter graph, String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] the last timestep of each row needs operator set 10 or newer; export with --opset 10");
    }
    return graph.sliced(reversed(graph, x), 0, 0, 1);
  }

  /** The mean or the largest of the timesteps of each row, zero for a row without any. */
  static String pooled(GraphWriter graph, boolean mean, String x) {
    if (graph.version() < 11) {
      throw new OnnxException(
          "[onnx] the mean or maximum over time needs operator set 11 or newer; export with --opset 11");
    }
    String times = graph.range(graph.size(x, 0));
    String column = graph.apply("Reshape", List.of(times, graph.integers(-1, 1)));
    String counts = graph.apply("Less", List.of(column, lengths(graph))); // [T, B]
    String inside = graph.unsqueezed(counts, 2);
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
