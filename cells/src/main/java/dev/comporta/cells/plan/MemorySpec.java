package dev.comporta.cells.plan;

import dev.comporta.api.cell.Memory;
import dev.comporta.api.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a plan is made for besides its cell: the form of a memory. The number of positions is left
 * open.
 *
 * @param name the memory's name
 * @param axis which axis of positions it has, memories of one length sharing one; negative for a
 *     vector of each row
 * @param size features
 * @param masked whether rows are padded
 */
public record MemorySpec(String name, int axis, int size, boolean masked) {
  /**
   * The forms of memories.
   *
   * @param memories by name
   * @return one each, in the order of their names
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
