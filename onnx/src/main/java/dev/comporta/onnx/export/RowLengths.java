package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.cells.layers.Window;
import dev.comporta.onnx.value.ElementType;
import java.util.List;

/**
 * The lengths of the rows where a layer reads them: those of the input, or what earlier layers made
 * of them. They are values {@code [batch]} of the outermost graph.
 */
final class RowLengths {
  private final GraphWriter graph;
  private final String whole;
  private final String narrow;

  private RowLengths(GraphWriter graph, String whole, String narrow) {
    this.graph = graph;
    this.whole = whole;
    this.narrow = narrow;
  }

  /** What a layer makes of the lengths that it reads. */
  interface Change {
    RowLengths of(RowLengths before);
  }

  /** The lengths that are the input of a graph. */
  static RowLengths ofInput(GraphWriter graph) {
    String whole =
        graph.once(
            "lengths_of_rows",
            name ->
                graph.node(
                    "Cast",
                    List.of(LayerExport.LENGTHS),
                    List.of(name),
                    attribute("to", (long) ElementType.INT64.number())));
    return new RowLengths(graph, whole, LayerExport.LENGTHS);
  }

  /** Lengths that were computed as integers of 64 bits. */
  static RowLengths of(GraphWriter graph, String whole) {
    return new RowLengths(graph, whole, graph.cast(whole, ElementType.INT32));
  }

  /** As integers of 64 bits. */
  String whole() {
    return whole;
  }

  /** As integers of 32 bits, which recurrent operators read. */
  String narrow() {
    return narrow;
  }

  /** The number of windows of each row. */
  RowLengths windows(Window window) {
    long spare =
        (long) window.before() + window.after() - (window.width() - 1L) * window.dilation();
    String room = graph.apply("Add", List.of(whole, graph.whole(spare - 1)));
    String count =
        graph.apply(
            "Add",
            List.of(
                graph.apply("Div", List.of(room, graph.whole(window.stride()))), graph.whole(1)));
    String none = graph.whole(0);
    String some =
        graph.apply("Where", List.of(graph.apply("Less", List.of(room, none)), none, count));
    String empty = graph.apply("Less", List.of(whole, graph.whole(1)));
    return of(graph, graph.apply("Where", List.of(empty, none, some)));
  }

  /** The same number of timesteps for all rows that have any. */
  RowLengths fixed(int timesteps) {
    String empty = graph.apply("Less", List.of(whole, graph.whole(1)));
    return of(graph, graph.apply("Where", List.of(empty, graph.whole(0), graph.whole(timesteps))));
  }

  /** Each timestep becomes several. */
  RowLengths times(int factor) {
    return of(graph, graph.apply("Mul", List.of(whole, graph.whole(factor))));
  }

  /** Several timesteps become one; a rest is dropped. */
  RowLengths dividedBy(int factor) {
    return of(graph, graph.apply("Div", List.of(whole, graph.whole(factor))));
  }
}
