package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.layer.Source;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.PoolTimeLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model with an encoder as two graphs. The encoder computes the memories, which the layers of the
 * decoder read at every timestep. The step computes one timestep of the decoder: its layers,
 * whatever they are, are called once on {@linkplain Symbol symbols}. If the decoder keeps the last
 * timestep only, the output of a step is what the model answers when no other follows.
 */
final class DecoderExport {
  /** Masks of memories are made with Range. */
  static final int OLDEST = 11;

  /** The input that is 1 in the first step of a row, {@code [batch, 1]}. */
  static final String FIRST = "first";

  private static final String MASK = "mask_of_source";

  private static final String DECODER = "the decoder";

  private static final int SMALLEST_PRIME = 1009;

  private final SequenceModel model;
  private final int batch;
  private final int positions;

  /** What the encoder makes of the lengths of the source. */
  private final List<RowLengths.Change> changes = new ArrayList<>();

  /** For each layer the memories that it reads, by name. */
  private final List<Map<String, Shape>> memories = new ArrayList<>();

  private DecoderExport(SequenceModel model) {
    this.model = model;
    this.batch = SymbolGraph.prime(SMALLEST_PRIME, model.parameters());
    this.positions = SymbolGraph.prime(batch + 2, model.parameters());
  }

  /** Writes both graphs. */
  static void write(SequenceModel model, GraphWriter encoder, GraphWriter step) {
    DecoderExport export = new DecoderExport(model);
    try {
      export.encoder(encoder);
      export.step(step);
    } catch (UntraceableException e) {
      throw new OnnxException(
          formatted(
              "[onnx] a decoder whose step reads values cannot be exported: %s", e.getMessage()),
          e);
    }
  }

  private static String prefix(int layer) {
    return "layers." + layer + ".";
  }

  private static String memoryName(int layer, String name) {
    return "memory_" + layer + "_" + LayerExport.portName(name);
  }

  /** The sizes of a shape for a declaration. */
  private Object[] declared(Shape shape) {
    Object[] sizes = new Object[shape.rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      int size = shape.size(axis);
      sizes[axis] = size == batch ? "batch" : size == positions ? "source" : (Object) size;
    }
    return sizes;
  }

  private void encoder(GraphWriter graph) {
    LayerExport.Encoded encoded = LayerExport.writeEncoder(model, graph);
    changes.addAll(encoded.changes());
    SymbolGraph symbols =
        new SymbolGraph(
            graph,
            new SymbolGraph.Dynamic(
                batch, ScanExport.rows(graph), positions, graph.size(encoded.annotations(), 0)),
            "the encoder");
    Source source =
        new Source(
            Sequence.of(
                symbols.value(encoded.annotations(), positions, batch, encoded.annotationSize())),
            symbols.value(encoded.summary(), batch, encoded.summarySize()));
    for (int n = 0; n < model.layers().size(); n++) {
      Layer layer = model.layers().get(n);
      SymbolContext context =
          new SymbolContext(symbols, model.parameters(), prefix(n), Map.of(), null, null);
      Map<String, Shape> shapes = new LinkedHashMap<>();
      for (Map.Entry<String, Memory> memory : layer.memories(source, context).entrySet()) {
        String name = memoryName(n, memory.getKey());
        Symbol value = (Symbol) memory.getValue().values();
        graph.node("Identity", List.of(value.name()), List.of(name));
        graph.output(name, ElementType.FLOAT32, declared(value.shape()));
        shapes.put(memory.getKey(), value.shape());
      }
      memories.add(shapes);
    }
    if (memories.stream().allMatch(Map::isEmpty)) {
      throw symbols.refuse("a decoder that reads nothing of its encoder");
    }
  }

  private void step(GraphWriter graph) {
    boolean ids = model.inputSize() == 0;
    if (ids) {
      graph.input("ids", ElementType.INT64, "batch");
    } else {
      graph.input("x", ElementType.FLOAT32, "batch", model.inputSize());
    }
    graph.input(LayerExport.LENGTHS, ElementType.INT32, "batch");
    graph.input(FIRST, ElementType.FLOAT32, "batch", 1);
    String places = "";
    for (int n = 0; n < memories.size(); n++) {
      for (Map.Entry<String, Shape> memory : memories.get(n).entrySet()) {
        String name = memoryName(n, memory.getKey());
        graph.input(name, ElementType.FLOAT32, declared(memory.getValue()));
        if (places.isEmpty() && memory.getValue().rank() == 3) {
          places = graph.size(name, 1);
        }
      }
    }
    SymbolGraph.Dynamic dynamic =
        new SymbolGraph.Dynamic(batch, ScanExport.rows(graph), positions, places);
    SymbolGraph symbols = new SymbolGraph(graph, dynamic, DECODER);
    SymbolGraph scratch = new SymbolGraph(new GraphWriter(graph.version()), dynamic, DECODER);
    boolean masked = !places.isEmpty();
    if (masked) {
      writeMask(graph, places);
    }
    Sequence sequence = Sequence.of(input(graph, symbols, ids));
    boolean pooled = false;
    for (int n = ids ? 1 : 0; n < model.layers().size(); n++) {
      Layer layer = model.layers().get(n);
      if (layer instanceof PoolTimeLayer pool && pool.mode() == PoolTimeLayer.Mode.LAST) {
        pooled = true; // every step is the last one so far
        continue;
      }
      if (pooled && !layer.carry().isEmpty()) {
        throw symbols.refuse("a layer with a state after a pool-time layer");
      }
      SymbolContext context = context(symbols, n, masked);
      Map<String, Tensor> before = new LinkedHashMap<>();
      for (StateSpec part : layer.carry()) {
        before.put(part.name(), state(graph, symbols, context, n, part));
      }
      Layer.Output output = step(layer, n, sequence, CellState.of(before), context);
      requireStepwise(scratch, n, sequence.values().shape().columns(), masked);
      for (StateSpec part : layer.carry()) {
        result(graph, (Symbol) output.carry().get(part.name()), n, part);
      }
      sequence = output.sequence();
    }
    Symbol y = (Symbol) sequence.values().reshape(batch, model.outputSize());
    graph.node("Identity", List.of(y.name()), List.of("y"));
    graph.output("y", ElementType.FLOAT32, "batch", model.outputSize());
  }

  /** One timestep of a layer, as symbols. */
  private static Layer.Output step(
      Layer layer, int n, Sequence sequence, CellState before, SymbolContext context) {
    try {
      return layer.forward(sequence, before, context);
    } catch (OnnxException e) {
      throw new OnnxException(
          formatted(
              "%s; layers.%d (%s) must compute each timestep by itself",
              e.getMessage(), n, layer.getClass().getSimpleName()),
          e);
    }
  }

  /** The input of one timestep, {@code [1, B, F]}; ids are looked up. */
  private Tensor input(GraphWriter graph, SymbolGraph symbols, boolean ids) {
    if (!ids) {
      return symbols.value("x", batch, model.inputSize()).reshape(1, batch, model.inputSize());
    }
    if (!(model.layers().getFirst() instanceof EmbeddingLayer embedding)) {
      throw symbols.refuse("a decoder that reads ids without an embedding");
    }
    Symbol table = symbols.parameter(model.parameters(), prefix(0) + EmbeddingLayer.TABLE);
    String row = graph.apply("Gather", List.of(table.name(), "ids"));
    return symbols.value(row, batch, embedding.size()).reshape(1, batch, embedding.size());
  }

  /** The memories of a layer, which are inputs. */
  private Map<String, Memory> known(SymbolGraph symbols, int layer) {
    Map<String, Memory> known = new LinkedHashMap<>();
    memories
        .get(layer)
        .forEach((name, shape) ->
            known.put(name, Memory.of(symbols.value(memoryName(layer, name), shape.sizes()))));
    return known;
  }

  private SymbolContext context(SymbolGraph symbols, int layer, boolean masked) {
    return new SymbolContext(
        symbols,
        model.parameters(),
        prefix(layer),
        known(symbols, layer),
        symbols.value(FIRST, batch, 1),
        masked ? symbols.value(MASK, batch, positions) : null);
  }

  /**
   * Refuses a layer that does not compute each timestep by itself. It is called for a dynamic
   * number of timesteps, so that whatever combines them is refused.
   */
  private void requireStepwise(SymbolGraph scratch, int n, int features, boolean masked) {
    Layer layer = model.layers().get(n);
    Map<String, Tensor> before = new LinkedHashMap<>();
    for (StateSpec part : layer.carry()) {
      int size = part.memory() == null ? part.size() : positions;
      before.put(part.name(), scratch.value(part.name(), batch, size));
    }
    String problem =
        formatted("layers.%d (%s), which combines timesteps,", n, layer.getClass().getSimpleName());
    Layer.Output output;
    try {
      Sequence many = Sequence.of(scratch.value("many", positions, batch, features));
      output = layer.forward(many, CellState.of(before), context(scratch, n, masked));
    } catch (ComportaException e) {
      throw scratch.refuse(problem, e);
    }
    if (output.sequence().timesteps() != positions) {
      throw scratch.refuse(problem);
    }
  }

  /** 1 where the source has a position, {@code [B, S]}. */
  private void writeMask(GraphWriter graph, String places) {
    RowLengths lengths = RowLengths.ofInput(graph);
    for (RowLengths.Change change : changes) {
      lengths = change.of(lengths);
    }
    String column = graph.apply("Reshape", List.of(lengths.whole(), graph.integers(-1, 1)));
    String inside = graph.apply("Less", List.of(graph.range(places), column));
    graph.node(
        "Cast",
        List.of(inside),
        List.of(MASK),
        attribute("to", (long) ElementType.FLOAT32.number()));
  }

  private Symbol state(
      GraphWriter graph, SymbolGraph symbols, SymbolContext context, int layer, StateSpec part) {
    String port = LayerExport.portName(prefix(layer) + part.name()) + LayerExport.IN;
    if (part.memory() != null) {
      graph.input(port, ElementType.FLOAT32, "batch", "source");
      return symbols.value(port, batch, positions);
    }
    graph.input(port, ElementType.FLOAT32, 1, "batch", part.size());
    String given = graph.apply("Reshape", List.of(port, graph.integers(-1, part.size())));
    Symbol value = symbols.value(given, batch, part.size());
    String learned = part.initial();
    return learned == null
        ? value
        : (Symbol)
            symbols
                .value(FIRST, batch, 1)
                .select(
                    context
                        .parameter(learned)
                        .apply(new Op.BroadcastTo(Shape.of(batch, part.size()))),
                    value);
  }

  private static void result(GraphWriter graph, Symbol value, int layer, StateSpec part) {
    String port = LayerExport.portName(prefix(layer) + part.name()) + LayerExport.OUT;
    if (part.memory() != null) {
      graph.node("Identity", List.of(value.name()), List.of(port));
      graph.output(port, ElementType.FLOAT32, "batch", "source");
    } else {
      graph.node(
          "Reshape", List.of(value.name(), graph.integers(1, -1, part.size())), List.of(port));
      graph.output(port, ElementType.FLOAT32, 1, "batch", part.size());
    }
  }
}
