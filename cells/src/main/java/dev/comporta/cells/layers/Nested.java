package dev.comporta.cells.layers;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The context of a nested layer, which translates its names by adding the outer layer's prefix.
 *
 * @param outer the context of the outer layer
 * @param prefix the prefix of the names
 */
record Nested(LayerContext outer, String prefix) implements LayerContext {
  @Override
  public Tensor parameter(String name) {
    return outer.parameter(prefix + name);
  }

  @Override
  public Map<String, Memory> memories() {
    return outer.memories();
  }

  @Override
  public @Nullable Tensor beginning() {
    return outer.beginning();
  }

  @Override
  public boolean training() {
    return outer.training();
  }

  @Override
  public Tensor dropoutMask(String name, float rate, Shape shape) {
    return outer.dropoutMask(prefix + name, rate, shape);
  }

  @Override
  public Layer.Output unroll(
      Cell cell, String cellPrefix, Sequence input, CellState initial, boolean reverse) {
    return outer.unroll(cell, prefix + cellPrefix, input, initial, reverse);
  }

  @Override
  public Layer.Output unroll(
      Cell cell,
      String cellPrefix,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> memories) {
    return outer.unroll(cell, prefix + cellPrefix, input, initial, reverse, memories);
  }

  /** The parts of a carry with a prefix, and their learned initial states with a second prefix. */
  static List<StateSpec> carry(List<StateSpec> parts, String prefix, String parameterPrefix) {
    return parts.stream().map(part -> part.prefixed(prefix, parameterPrefix)).toList();
  }

  /** The parts of a carry whose cells run in the other direction of time. */
  static List<StateSpec> turned(List<StateSpec> parts) {
    return parts.stream().map(StateSpec::turned).toList();
  }

  /** The parts that have a prefix, under their own names. */
  static CellState inner(CellState carry, List<StateSpec> parts, String prefix) {
    Map<String, Tensor> inner = new LinkedHashMap<>();
    parts.forEach(part -> inner.put(part.name(), carry.get(prefix + part.name())));
    return CellState.of(inner);
  }

  /** Adds the parts of an inner carry with a prefix. */
  static void put(Map<String, Tensor> carry, String prefix, CellState inner) {
    inner.parts().forEach((name, part) -> carry.put(prefix + name, part));
  }
}
