package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.onnx.value.OnnxException;
import java.util.List;

/**
 * Functions over the timesteps of each row as nodes; values are {@code [time, batch, features]}.
 */
final class TimeExport {
  private TimeExport() {}

  /** Each row from its last timestep to its first. */
  static String reversed(GraphWriter graph, String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] a layer that reverses time needs operator set 10 or newer; export with --opset 10");
    }
    String lengths = graph.apply("Cast", List.of(LayerExport.LENGTHS), attribute("to", 7L));
    return graph.apply(
        "ReverseSequence",
        List.of(x, lengths),
        attribute("time_axis", 0L),
        attribute("batch_axis", 1L));
  }

  /** The last timestep of each row: reversed within its length, it is the first. */
  static String last(GraphWriter graph, String x) {
    if (graph.version() < 10) {
      throw new OnnxException(
          "[onnx] the last timestep of each row needs operator set 10 or newer; export with --opset 10");
    }
    long[] time = {0};
    return graph.apply(
        "Slice",
        List.of(reversed(graph, x), graph.integers(0), graph.integers(1), graph.integers(time)));
  }

  /** The mean or the largest of the timesteps of each row, zero for a row without any. */
  static String pooled(GraphWriter graph, boolean mean, String x) {
    if (graph.version() < 11) {
      throw new OnnxException(
          "[onnx] the mean or maximum over time needs operator set 11 or newer; export with --opset 11");
    }
    long[] last = {2};
    String lengths = graph.apply("Cast", List.of(LayerExport.LENGTHS), attribute("to", 7L));
    String steps = graph.apply("Gather", List.of(graph.apply("Shape", List.of(x)), graph.whole(0)));
    String times = graph.apply("Range", List.of(graph.whole(0), steps, graph.whole(1)));
    String column = graph.apply("Reshape", List.of(times, graph.integers(-1, 1)));
    String counts = graph.apply("Less", List.of(column, lengths)); // [T, B]
    String inside =
        graph.version() < 13
            ? graph.apply("Unsqueeze", List.of(counts), attribute("axes", last))
            : graph.apply("Unsqueeze", List.of(counts, graph.integers(last)));
    String number = graph.apply("Cast", List.of(inside), attribute("to", 1L));
    String count = overTime(graph, "ReduceSum", number, 13);
    if (mean) {
      String sum =
          overTime(
              graph, "ReduceSum", graph.apply("Where", List.of(inside, x, graph.number(0))), 13);
      return graph.apply("Div", List.of(sum, graph.apply("Max", List.of(count, graph.number(1)))));
    }
    String lowest = graph.number(Float.NEGATIVE_INFINITY);
    String most =
        overTime(graph, "ReduceMax", graph.apply("Where", List.of(inside, x, lowest)), 18);
    String seen = graph.apply("Greater", List.of(count, graph.number(0)));
    return graph.apply("Where", List.of(seen, most, graph.number(0)));
  }

  private static String overTime(
      GraphWriter graph, String operator, String x, int axesAreInputSince) {
    long[] time = {0};
    return graph.version() >= axesAreInputSince
        ? graph.apply(operator, List.of(x, graph.integers(time)))
        : graph.apply(operator, List.of(x), attribute("axes", time));
  }
}
