package dev.comporta.cells.plan.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The states of one stream in the order in which they are kept and saved: layer by layer, each in
 * the order of its carry. Nothing else of a stream survives a timestep. The order and the sizes
 * depend on the layers only, not on the machine.
 *
 * @param parts the states
 * @param size the sum of their sizes
 */
public record StateLayout(List<Part> parts, int size) {
  /**
   * One state.
   *
   * @param name its name, with the prefix of the layer
   * @param at its first float among those of all states
   * @param size the number of floats
   */
  public record Part(String name, int at, int size) {}

  static StateLayout of(List<StreamLayer> layers) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    for (StreamLayer layer : layers) {
      for (Map.Entry<String, float[]> state : layer.initial().entrySet()) {
        int size = state.getValue().length;
        parts.add(new Part(state.getKey(), at, size));
        at = Math.addExact(at, size);
      }
    }
    return new StateLayout(List.copyOf(parts), at);
  }

  Part part(String name) {
    for (Part part : parts) {
      if (part.name().equals(name)) {
        return part;
      }
    }
    throw new IllegalStateException("no state " + name);
  }
}
