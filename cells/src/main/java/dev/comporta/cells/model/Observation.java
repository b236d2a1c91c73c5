package dev.comporta.cells.model;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.TapeTensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The observed values of steps at every timestep, for the names that the caller requested. */
final class Observation {
  /** The prefix of a layer's only cell, which is omitted from the names of observed values. */
  private static final String ONLY_CELL = "cell.";

  private final Set<String> wanted;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();

  Observation(Collection<String> wanted) {
    this.wanted = new LinkedHashSet<>(wanted);
  }

  /** The prefix of the names of a cell's values. */
  static String prefix(String layer, String cell) {
    String whole = layer + cell;
    return whole.endsWith(ONLY_CELL)
        ? whole.substring(0, whole.length() - ONLY_CELL.length())
        : whole;
  }

  /** The requested names with a prefix, without that prefix. */
  Set<String> below(String prefix) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : wanted) {
      if (name.startsWith(prefix)) {
        names.add(name.substring(prefix.length()));
      }
    }
    return names;
  }

  /** Records that a cell observes a value of this name. */
  boolean isWanted(String name) {
    known.add(name);
    return wanted.contains(name);
  }

  void put(String name, float[] all) {
    values.put(name, all);
  }

  /** Stores one timestep of a value; rows that are padding stay zero. */
  void put(String name, Tensor value, int t, int timesteps, int @Nullable [] lengths) {
    TapeTensor from = (TapeTensor) value;
    int batch = from.shape().size(0);
    int width = from.shape().count() / Math.max(1, batch);
    float[] all = values.computeIfAbsent(name, _ -> new float[timesteps * batch * width]);
    for (int row = 0; row < batch; row++) {
      if (lengths == null || t < lengths[row]) {
        System.arraycopy(
            from.data(), from.offset() + row * width, all, (t * batch + row) * width, width);
      }
    }
  }

  /** The requested values, in the order of the request. */
  Map<String, float[]> values() {
    Map<String, float[]> result = new LinkedHashMap<>();
    for (String name : wanted) {
      float[] all = values.get(name);
      if (all == null) {
        throw new UnknownNameException("observed value", name, known);
      }
      result.put(name, all);
    }
    return result;
  }
}
