package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cell as a Scan over time. The cell's step is called once, on {@linkplain Symbol symbols}; its
 * trace is the body. The state of a row is held, and its output is zero, from its length on.
 */
final class ScanExport {
  private static final String ROWS = "rows";

  private static final int SMALLEST_BATCH = 8191;

  private final GraphWriter graph;
  private final Parameters parameters;
  private final Cell cell;
  private final String prefix;
  private final int batch;

  /**
   * An export of a cell.
   *
   * @param graph takes the nodes
   * @param parameters of the model
   * @param cell the cell
   * @param prefix the beginning of the names of its parameters
   */
  ScanExport(GraphWriter graph, Parameters parameters, Cell cell, String prefix) {
    this.graph = graph;
    this.parameters = parameters;
    this.cell = cell;
    this.prefix = prefix;
    this.batch = SymbolGraph.prime(SMALLEST_BATCH, parameters);
  }

  /**
   * The results.
   *
   * @param y the outputs {@code [time, batch, O]}
   * @param last the last output of each row {@code [batch, O]}
   * @param states the state after the last timestep of each row, {@code [batch, size]} each
   */
  record Scanned(String y, String last, List<String> states) {}

  /** A vector with the number of rows. */
  static String rows(GraphWriter graph) {
    return graph.once(
        ROWS, name -> graph.node("Shape", List.of(LayerExport.LENGTHS), List.of(name)));
  }

  private String label() {
    return prefix.substring(0, prefix.length() - 1);
  }

  /** The initial value of a part of the state that is not an input: learned, or zeros. */
  String beginning(StateSpec part) {
    SymbolGraph symbols =
        new SymbolGraph(graph, SymbolGraph.Dynamic.rows(batch, rows(graph)), label());
    Shape shape = Shape.of(batch, part.size());
    String initial = part.initial();
    Tensor value =
        initial == null
            ? symbols.constant(shape, 0)
            : parameter(symbols, initial).apply(new Op.BroadcastTo(shape));
    return ((Symbol) value).name();
  }

  private Symbol parameter(SymbolGraph symbols, String name) {
    return symbols.parameter(parameters, prefix + name);
  }

  /**
   * Writes the Scan.
   *
   * @param x the input {@code [time, batch, I]}
   * @param initial the state before the first timestep, a value {@code [batch, size]} for each part
   * @param reverse whether time runs from the last timestep to the first
   * @param rowLengths the lengths of the rows
   */
  Scanned write(String x, List<String> initial, boolean reverse, RowLengths rowLengths) {
    if (!cell.memories().isEmpty()) {
      throw new SymbolGraph(graph, SymbolGraph.Dynamic.rows(batch, rows(graph)), label())
          .refuse("a cell that reads a memory");
    }
    String lengths = rowLengths.whole();
    GraphWriter body = graph.body();
    SymbolGraph symbols =
        new SymbolGraph(body, SymbolGraph.Dynamic.rows(batch, rows(graph)), label());
    List<String> before = new ArrayList<>();
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (StateSpec part : cell.state()) {
      String name = body.fresh(part.name());
      before.add(name);
      body.input(name, ElementType.FLOAT32, "batch", part.size());
      parts.put(part.name(), symbols.value(name, batch, part.size()));
    }
    String held = body.fresh("held");
    body.input(held, ElementType.FLOAT32, "batch", cell.outputSize());
    String time = body.fresh("time");
    body.input(time, ElementType.INT64, 1);
    String input = body.fresh("x");
    body.input(input, ElementType.FLOAT32, "batch", cell.inputSize());

    Cell.Step step = step(symbols, input, CellState.of(parts));
    String counts = body.apply("Less", List.of(time, lengths));
    String mask = body.unsqueezed(counts, 1);
    for (int n = 0; n < before.size(); n++) {
      StateSpec part = cell.state().get(n);
      String after = checked(symbols, step.state().get(part.name()), part.size()).name();
      String kept = body.apply("Where", List.of(mask, after, before.get(n)));
      body.output(kept, ElementType.FLOAT32, "batch", part.size());
    }
    String y = checked(symbols, step.output(), cell.outputSize()).name();
    String last = body.apply("Where", List.of(mask, y, held));
    body.output(last, ElementType.FLOAT32, "batch", cell.outputSize());
    String one = graph.integers(1);
    String next = body.apply(reverse ? "Sub" : "Add", List.of(time, one));
    body.output(next, ElementType.INT64, 1);
    String shown = body.apply("Where", List.of(mask, y, body.number(0)));
    body.output(shown, ElementType.FLOAT32, "batch", cell.outputSize());
    return scan(x, initial, reverse, body);
  }

  private Scanned scan(String x, List<String> initial, boolean reverse, GraphWriter body) {
    SymbolGraph symbols =
        new SymbolGraph(graph, SymbolGraph.Dynamic.rows(batch, rows(graph)), label());
    List<String> inputs = new ArrayList<>(initial);
    inputs.add(symbols.constant(Shape.of(batch, cell.outputSize()), 0).name());
    inputs.add(reverse ? lastTimestep(x) : graph.integers(0));
    inputs.add(x);
    List<String> states = new ArrayList<>();
    for (StateSpec part : cell.state()) {
      states.add(graph.fresh(part.name()));
    }
    List<String> outputs = new ArrayList<>(states);
    String last = graph.fresh("last");
    String y = graph.fresh("y");
    outputs.addAll(List.of(last, graph.fresh("time"), y));
    List<AttributeProto> attributes =
        new ArrayList<>(List.of(attribute("body", body), attribute("num_scan_inputs", 1L)));
    if (reverse) {
      attributes.add(attribute("scan_input_directions", new long[] {1}));
      attributes.add(attribute("scan_output_directions", new long[] {1}));
    }
    graph.node("Scan", inputs, outputs, attributes.toArray(AttributeProto[]::new));
    return new Scanned(y, last, states);
  }

  /** The index of the last timestep, as a vector. */
  private String lastTimestep(String x) {
    return graph.apply("Sub", List.of(graph.size(x, 0), graph.integers(1)));
  }

  private Symbol checked(SymbolGraph symbols, Tensor value, int size) {
    if (!(value instanceof Symbol symbol) || !value.shape().equals(Shape.of(batch, size))) {
      throw symbols.refuse(
          formatted("a step that returns %s for %d features", value.shape(), size));
    }
    return symbol;
  }

  private Cell.Step step(SymbolGraph symbols, String input, CellState state) {
    try {
      return cell.step(
          symbols.value(input, batch, cell.inputSize()),
          state,
          new SymbolStep(symbols, name -> parameter(symbols, name), batch, Map.of(), null));
    } catch (UntraceableException e) {
      throw symbols.refuse(
          formatted("the cell %s, whose step reads values,", cell.getClass().getSimpleName()), e);
    }
  }
}
