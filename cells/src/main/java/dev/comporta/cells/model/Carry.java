package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * The state of all recurrent layers between two chunks, for a number of rows: plain floats, owned
 * by the caller. A part with positions is as wide as the memory of the chunk before, and empty
 * before the first one.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Carry {
  private final int batch;
  private final Map<String, float[]> parts;

  /** Parts with positions, which have another width for each memory. */
  private final Set<String> positions;

  /**
   * Rows that have seen no timestep yet: they start from the learned initial state, if there is
   * one.
   */
  private final boolean[] fresh;

  private Carry(int batch, Map<String, float[]> parts, Set<String> positions, boolean[] fresh) {
    this.batch = batch;
    this.parts = parts;
    this.positions = positions;
    this.fresh = fresh;
  }

  /** The state before the first timestep. */
  static Carry start(SequenceModel model, int batch) {
    Map<String, float[]> parts = new LinkedHashMap<>();
    Set<String> positions = new HashSet<>();
    for (int i = 0; i < model.layers().size(); i++) {
      Layer layer = model.layers().get(i);
      for (StateSpec part : layer.carry()) {
        String name = SequenceModel.prefix(i) + part.name();
        int size = part.memory() == null ? part.size() : 0;
        parts.put(name, new float[Shape.of(batch, size).count()]);
        if (part.memory() != null) {
          positions.add(name);
        }
      }
    }
    boolean[] fresh = new boolean[batch];
    Arrays.fill(fresh, true);
    return new Carry(batch, parts, Set.copyOf(positions), fresh);
  }

  /**
   * An independent copy.
   *
   * @return a carry that shares nothing with this one
   */
  public Carry copy() {
    Map<String, float[]> copies = new LinkedHashMap<>();
    parts.forEach((name, values) -> copies.put(name, values.clone()));
    return new Carry(batch, copies, positions, fresh.clone());
  }

  /**
   * Some of the rows, in any order and any number of times: the rows that a search goes on with.
   *
   * @param rows which row of this carry each row of the new one continues, 0 to B - 1
   * @return a carry that shares nothing with this one
   * @throws ComportaException if there is no such row
   */
  public Carry rows(int... rows) {
    Map<String, float[]> chosen = new LinkedHashMap<>();
    boolean[] begins = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= batch) {
        throw new ComportaException(
            "[carry] expected rows between 0 and %d but got %d".formatted(batch - 1, rows[i]));
      }
      begins[i] = fresh[rows[i]];
    }
    parts.forEach((name, values) -> {
      int size = values.length / batch;
      float[] to = new float[Shape.of(rows.length, size).count()];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(values, rows[i] * size, to, i * size, size);
      }
      chosen.put(name, to);
    });
    return new Carry(rows.length, chosen, positions, begins);
  }

  /** Room for another number of positions; what was there is lost. */
  void resize(String name, int count) {
    float[] values = parts.get(name);
    if (values != null && values.length != count) {
      parts.put(name, new float[count]);
    }
  }

  /**
   * Takes over the state of another carry of the same model and batch.
   *
   * @param other copied
   */
  public void set(Carry other) {
    for (String name : parts.keySet()) {
      put(name, other.parts.getOrDefault(name, new float[0]));
    }
    System.arraycopy(other.fresh, 0, fresh, 0, batch);
  }

  /**
   * Takes over the values of one part.
   *
   * @param name as in {@link #parts}
   * @param values copied
   * @throws ShapeException if the part has another number of values
   */
  public void put(String name, float[] values) {
    float[] to = parts.getOrDefault(name, new float[0]);
    if (!fits(name, values.length)) {
      throw new ShapeException(
          "[carry] expected %d values of %s but got %d; was it made for another model or batch?"
              .formatted(to.length, name, values.length));
    }
    if (to.length == values.length) {
      System.arraycopy(values, 0, to, 0, to.length);
    } else {
      parts.put(name, values.clone());
    }
  }

  /**
   * Whether a part may have a number of values: a part with positions may have as many as there are
   * rows, times any number.
   *
   * @param name as in {@link #parts}
   * @param count a number of values
   * @return whether {@link #put} takes them
   */
  public boolean fits(String name, int count) {
    float[] values = parts.get(name);
    return values != null
        && (values.length == count || (positions.contains(name) && count % batch == 0));
  }

  /** Back to the state before the first timestep. */
  public void reset() {
    for (int row = 0; row < batch; row++) {
      resetRow(row);
    }
  }

  /**
   * One row back to the state before the first timestep.
   *
   * @param row 0 .. batch-1
   */
  public void resetRow(int row) {
    for (float[] values : parts.values()) {
      int size = values.length / batch;
      Arrays.fill(values, row * size, (row + 1) * size, 0);
    }
    fresh[row] = true;
  }

  /**
   * The number of rows.
   *
   * @return B
   */
  public int batch() {
    return batch;
  }

  /**
   * The state itself.
   *
   * @return live arrays {@code [B, size]} by name, such as {@code layers.1.h}
   */
  public Map<String, float[]> parts() {
    return Collections.unmodifiableMap(parts);
  }

  /**
   * The rows that have seen no timestep yet.
   *
   * @return the live array
   */
  public boolean[] fresh() {
    return fresh;
  }
}
