package dev.comporta.cells.plan.program;

import dev.comporta.api.cell.Memory;
import dev.comporta.api.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Describes a memory that a plan is made for, without its number of positions.
 *
 * @param name the memory's name
 * @param axis its axis of positions, which memories of the same length share; negative for a vector
 *     per row
 * @param size the number of features
 * @param masked whether rows are padded
 */
public record MemorySpec(String name, int axis, int size, boolean masked) {
  /**
   * Describes memories.
   *
   * @param memories the memories by name
   * @return one description each, in the order of their names
   */
  public static List<MemorySpec> of(Map<String, Memory> memories) {
    if (memories.isEmpty()) {
      return List.of();
    }
    List<MemorySpec> specs = new ArrayList<>();
    List<Memory> axes = new ArrayList<>();
    for (String name : memories.keySet().stream().sorted().toList()) {
      Memory memory = memories.get(name);
      if (memory == null) {
        throw new IllegalStateException("no memory " + name);
      }
      Shape shape = memory.values().shape();
      boolean masked = memory.lengths() != null;
      specs.add(new MemorySpec(name, axis(axes, memory), shape.columns(), masked));
    }
    return List.copyOf(specs);
  }

  private static int axis(List<Memory> axes, Memory memory) {
    Shape shape = memory.values().shape();
    if (shape.rank() < 3) {
      return -1;
    }
    for (int i = 0; i < axes.size(); i++) {
      Memory other = axes.get(i);
      if (other.values().shape().size(1) == shape.size(1)
          && Arrays.equals(other.lengths(), memory.lengths())) {
        return i;
      }
    }
    axes.add(memory);
    return axes.size() - 1;
  }
}
