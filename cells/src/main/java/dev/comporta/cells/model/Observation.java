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

/** The intermediate values of steps that a caller asked for, at every timestep. */
final class Observation {
  /** What layers put before the names of their only cell; it says nothing and is left out. */
  private static final String ONLY_CELL = "cell.";

  private final Set<String> wanted;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();

  Observation(Collection<String> wanted) {
    this.wanted = new LinkedHashSet<>(wanted);
  }

  /** The name before those of a cell's values. */
  static String prefix(String layer, String cell) {
    String whole = layer + cell;
    return whole.endsWith(ONLY_CELL)
        ? whole.substring(0, whole.length() - ONLY_CELL.length())
        : whole;
  }

  /** The names below a prefix that are asked for, without it. */
  Set<String> below(String prefix) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : wanted) {
      if (name.startsWith(prefix)) {
        names.add(name.substring(prefix.length()));
      }
    }
    return names;
  }

  /** A cell offers a value of this name. */
  boolean isWanted(String name) {
    known.add(name);
    return wanted.contains(name);
  }

  void put(String name, float[] all) {
    values.put(name, all);
  }

  /** One timestep of a value; rows that are padding stay zero. */
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

  /** What was asked for, in that order. */
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
