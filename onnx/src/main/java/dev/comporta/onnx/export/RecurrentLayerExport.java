package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.layers.BidirectionalLayer;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.layers.Returns;
import dev.comporta.onnx.value.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Recurrent layers as nodes: the operators of ONNX, or a {@linkplain ScanExport Scan} for a cell
 * that ONNX has no operator for.
 */
final class RecurrentLayerExport {
  private final LayerFlow flow;
  private final GraphWriter graph;
  private final Parameters parameters;

  RecurrentLayerExport(LayerFlow flow) {
    this.flow = flow;
    this.graph = flow.graph;
    this.parameters = flow.parameters;
  }

  String recurrent(RecurrentLayer layer, String prefix, String x) {
    RecurrentExport cell = RecurrentExport.of(layer.cell());
    flow.requireTime(prefix);
    boolean carried = !flow.encodes && !layer.reverse() && !flow.reversed;
    if (cell == null || layer.returns() == Returns.STATE) {
      String y =
          scanned(layer.cell(), prefix + "cell.", x, layer.reverse(), carried, layer.returns());
      flow.reduced = layer.returns() != Returns.SEQUENCE;
      return y;
    }
    String w = cell.w(graph, parameters, List.of(prefix + "cell."));
    String r = cell.r(graph, parameters, List.of(prefix + "cell."));
    String b = cell.b(graph, parameters, List.of(prefix + "cell."));
    Map<String, String> after = new HashMap<>();
    Map<String, String> held = new LinkedHashMap<>();
    List<String> inputs = new ArrayList<>(List.of(x, w, r, b, flow.lengths.narrow()));
    List<String> outputs = new ArrayList<>();
    String y = graph.fresh("y");
    outputs.add(layer.returns() == Returns.SEQUENCE ? y : "");
    String last = graph.fresh("last");
    for (String part : cell.states()) {
      String port = LayerExport.portName(prefix + "cell." + part);
      if (carried) {
        graph.input(port + LayerExport.IN, ElementType.FLOAT32, 1, "batch", cell.hidden());
        inputs.add(port + LayerExport.IN);
        String state = flow.changes.isEmpty() ? port + LayerExport.OUT : graph.fresh(part);
        outputs.add(state);
        if (!flow.changes.isEmpty()) {
          held.put(port, state);
        }
        flow.states.put(prefix + "cell." + part, cell.hidden());
      } else {
        String name = part.equals("h") ? last : graph.fresh(part);
        after.put(part, name);
        outputs.add(name);
      }
    }
    graph.node(
        cell.operator(),
        inputs,
        outputs,
        cell.attributes(layer.reverse() ? "reverse" : "forward", 1));
    held.forEach(this::hold);
    if (flow.encodes) {
      for (StateSpec part : layer.cell().state()) {
        flow.finals.add(
            graph.apply(
                "Reshape",
                List.of(after.getOrDefault(part.name(), last), graph.integers(-1, part.size()))));
      }
    }
    if (layer.returns() == Returns.LAST) {
      flow.reduced = true;
      return carried ? LayerExport.portName(prefix + "cell.h") + LayerExport.OUT : last;
    }
    return graph.apply("Reshape", List.of(y, graph.integers(0, -1, cell.hidden())));
  }

  /**
   * Keeps the state of rows that earlier layers have left no timestep, which ONNX Runtime sets to
   * zero.
   */
  private void hold(String port, String after) {
    String empty = graph.apply("Less", List.of(flow.lengths.whole(), graph.whole(1)));
    graph.node(
        "Where",
        List.of(graph.unsqueezed(empty, 1), port + LayerExport.IN, after),
        List.of(port + LayerExport.OUT));
  }

  /**
   * A cell as a Scan.
   *
   * @param prefix the beginning of the names of its parameters
   * @param carried whether its state is an input and an output
   * @return {@code [time or 1, batch, features]}
   */
  String scanned(
      Cell cell, String prefix, String x, boolean reverse, boolean carried, Returns returns) {
    ScanExport scan = new ScanExport(graph, parameters, cell, prefix);
    List<String> initial = new ArrayList<>();
    for (StateSpec part : cell.state()) {
      initial.add(carried ? stateInput(prefix, part) : scan.beginning(part));
    }
    ScanExport.Scanned run = scan.write(x, initial, reverse, flow.lengths);
    if (flow.encodes) {
      flow.finals.addAll(run.states());
    }
    for (int n = 0; n < initial.size() && carried; n++) {
      StateSpec part = cell.state().get(n);
      graph.node(
          "Reshape",
          List.of(run.states().get(n), graph.integers(1, -1, part.size())),
          List.of(LayerExport.portName(prefix + part.name()) + LayerExport.OUT));
      flow.states.put(prefix + part.name(), part.size());
    }
    return switch (returns) {
      case SEQUENCE -> run.y();
      case LAST ->
          graph.apply("Reshape", List.of(run.last(), graph.integers(1, -1, cell.outputSize())));
      case STATE -> {
        String all =
            run.states().size() == 1
                ? run.states().getFirst()
                : graph.apply("Concat", run.states(), attribute("axis", 1L));
        int size = cell.state().stream().mapToInt(StateSpec::size).sum();
        yield graph.apply("Reshape", List.of(all, graph.integers(1, -1, size)));
      }
    };
  }

  /** A part of the state as an input; a learned beginning is metadata. */
  private String stateInput(String prefix, StateSpec part) {
    String port = LayerExport.portName(prefix + part.name()) + LayerExport.IN;
    graph.input(port, ElementType.FLOAT32, 1, "batch", part.size());
    String learned = part.initial();
    if (learned != null) {
      List<String> numbers = new ArrayList<>();
      for (float value : parameters.copy(prefix + learned)) {
        numbers.add(Float.toString(value));
      }
      graph.metadata(LayerExport.INITIAL + port, "[" + String.join(",", numbers) + "]");
    }
    return graph.apply("Reshape", List.of(port, graph.integers(-1, part.size())));
  }

  /** Two cells that ONNX has no operator for, each as a Scan. */
  private String bothWays(BidirectionalLayer layer, String prefix, String x) {
    String ahead = scanned(layer.forward(), prefix + "forward.", x, false, false, layer.returns());
    String back = scanned(layer.backward(), prefix + "backward.", x, true, false, layer.returns());
    flow.reduced = layer.returns() != Returns.SEQUENCE;
    return switch (layer.merge()) {
      case CONCATENATE -> graph.apply("Concat", List.of(ahead, back), attribute("axis", 2L));
      case SUM -> graph.apply("Add", List.of(ahead, back));
      case MEAN ->
          graph.apply("Mul", List.of(graph.apply("Add", List.of(ahead, back)), graph.number(0.5f)));
    };
  }

  String bidirectional(BidirectionalLayer layer, String prefix, String x) {
    RecurrentExport cell = RecurrentExport.of(layer.forward());
    flow.requireTime(prefix);
    if (cell == null
        || !layer.forward().equals(layer.backward())
        || layer.returns() == Returns.STATE) {
      return bothWays(layer, prefix, x);
    }
    List<String> sides = List.of(prefix + "forward.", prefix + "backward.");
    String y = graph.fresh("y");
    String last = graph.fresh("last");
    boolean sequence = layer.returns() == Returns.SEQUENCE;
    List<String> names =
        cell.states().stream().map(part -> part.equals("h") ? last : graph.fresh(part)).toList();
    graph.node(
        cell.operator(),
        List.of(
            x,
            cell.w(graph, parameters, sides),
            cell.r(graph, parameters, sides),
            cell.b(graph, parameters, sides),
            flow.lengths.narrow()),
        flow.encodes
            ? Stream.concat(Stream.of(sequence ? y : ""), names.stream()).toList()
            : sequence ? List.of(y) : List.of("", last),
        cell.attributes("bidirectional", 2));
    for (int d = 0; d < 2 && flow.encodes; d++) {
      for (StateSpec part : layer.forward().state()) {
        String both = names.get(cell.states().indexOf(part.name()));
        flow.finals.add(
            graph.apply("Gather", List.of(both, graph.whole(d)), attribute("axis", 0L)));
      }
    }
    flow.reduced |= !sequence;
    if (layer.merge() == BidirectionalLayer.Merge.CONCATENATE) {
      String turned =
          sequence
              ? graph.apply("Transpose", List.of(y), attribute("perm", 0, 2, 1, 3))
              : graph.apply("Transpose", List.of(last), attribute("perm", 1, 0, 2));
      return graph.apply(
          "Reshape",
          List.of(
              turned,
              sequence
                  ? graph.integers(0, 0, 2L * cell.hidden())
                  : graph.integers(1, -1, 2L * cell.hidden())));
    }
    String operator = layer.merge() == BidirectionalLayer.Merge.SUM ? "ReduceSum" : "ReduceMean";
    String merged = graph.reduced(operator, sequence ? y : last, false, sequence ? 1 : 0);
    return sequence
        ? merged
        : graph.apply("Reshape", List.of(merged, graph.integers(1, -1, cell.hidden())));
  }
}
