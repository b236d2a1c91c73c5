package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.model.SequenceModel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The context of a layer of a decoder that is called on symbols, for one timestep. */
final class SymbolContext implements LayerContext {
  private final SymbolGraph symbols;
  private final SequenceModel model;
  private final int layer;
  private Map<String, Symbol> known = Map.of();
  private @Nullable Symbol first;
  private @Nullable Symbol mask;

  SymbolContext(SymbolGraph symbols, SequenceModel model, int layer) {
    this.symbols = symbols;
    this.model = model;
    this.layer = layer;
  }

  /**
   * What a step reads.
   *
   * @param memories by their names, with underscores for dots
   * @param beginning 1 for a row that starts
   * @param positions 1 where the source has a position; null without positions
   */
  void decodes(Map<String, Symbol> memories, Symbol beginning, @Nullable Symbol positions) {
    known = memories;
    first = beginning;
    mask = positions;
  }

  private static String prefix(int layer) {
    return "layers." + layer + ".";
  }

  @Override
  public Tensor parameter(String name) {
    String full = prefix(layer) + name;
    if (model.layers().get(layer).borrowed().containsKey(name)) {
      full = lender(name);
    }
    return symbols.weights(
        full, model.parameters().get(full).shape(), model.parameters().copy(full));
  }

  /** The full name of a parameter that an earlier layer has. */
  private String lender(String name) {
    for (Parameter parameter : model.parameters().all()) {
      for (int n = 0; n < layer; n++) {
        if (parameter.name().equals(prefix(n) + name)) {
          return parameter.name();
        }
      }
    }
    throw symbols.refuse("a layer that shares the parameter " + name);
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public Tensor dropoutMask(String name, float rate, Shape shape) {
    return symbols.constant(shape, 1);
  }

  @Override
  public Map<String, Memory> memories() {
    return new Known();
  }

  /** Memories, found by names with dots. */
  private final class Known extends java.util.AbstractMap<String, Memory> {
    @Override
    public @Nullable Memory get(Object name) {
      Symbol value = known.get(LayerExport.portName(String.valueOf(name)));
      return value == null ? null : Memory.of(value);
    }

    @Override
    public boolean containsKey(Object name) {
      return get(name) != null;
    }

    @Override
    public java.util.Set<Entry<String, Memory>> entrySet() {
      Map<String, Memory> all = new LinkedHashMap<>();
      known.forEach((name, value) -> all.put(name, Memory.of(value)));
      return all.entrySet();
    }
  }

  @Override
  public @Nullable Tensor beginning() {
    return first;
  }

  @Override
  public Layer.Output unroll(
      Cell cell, String prefix, Sequence input, CellState initial, boolean reverse) {
    return unroll(cell, prefix, input, initial, reverse, Map.of());
  }

  /** Runs the one timestep; its direction does not matter. */
  @Override
  public Layer.Output unroll(
      Cell cell,
      String prefix,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> memories) {
    Tensor values = input.values();
    int batch = input.batch();
    if (input.timesteps() != 1) {
      throw symbols.refuse(
          formatted("a decoder that runs a cell over %d timesteps", input.timesteps()));
    }
    Tensor x = values.reshape(batch, values.shape().columns());
    Cell.Step step = cell.step(x, initial, new Step(prefix, batch, memories));
    Tensor y = step.output().reshape(1, batch, cell.outputSize());
    return new Layer.Output(input.withValues(y), step.state());
  }

  /** The context of the cell's step. */
  private final class Step implements StepContext {
    private final String prefix;
    private final int batch;
    private final Map<String, Memory> memories;

    Step(String prefix, int batch, Map<String, Memory> memories) {
      this.prefix = prefix;
      this.batch = batch;
      this.memories = memories;
    }

    private Tensor known(String name) {
      Memory memory = memories.get(name);
      if (memory == null) {
        throw symbols.refuse("a cell that reads the unknown memory " + name);
      }
      return memory.values();
    }

    @Override
    public Tensor parameter(String name) {
      return SymbolContext.this.parameter(prefix + name);
    }

    @Override
    public Tensor memory(String name) {
      return known(name);
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      return known(name).shape().rank() == 3 ? mask : null;
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return symbols.constant(Shape.of(batch, size), 1);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return symbols.constant(Shape.of(batch, size), 1);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return symbols.constant(shape, 1);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      return value;
    }
  }
}
