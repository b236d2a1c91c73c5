package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.tensor.Exclusive;
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
 * before the first one. A carry is for one call at a time.
 *
 * <p>Parts of cells that run against time hold the state that the cell left at the first timestep
 * of the chunk, for whoever wants to see it. The next chunk does not start from it: its own
 * backward cell starts anew at its last timestep. Rows that have seen no timestep yet start from
 * what their parts hold, in either direction.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Carry {
  private final int batch;
  private final Map<String, float[]> parts;

  /** Parts with one number per position, whose width depends on the memory. */
  private final Set<String> positions;

  /**
   * Rows before their first timestep, which start from the learned initial state if there is one.
   */
  private final boolean[] fresh;

  private final Exclusive use =
      new Exclusive("carry", "give each stream of chunks a carry of its own");

  private Carry(int batch, Map<String, float[]> parts, Set<String> positions, boolean[] fresh) {
    this.batch = batch;
    this.parts = parts;
    this.positions = positions;
    this.fresh = fresh;
  }

  /** Entered by whatever reads or writes the state. */
  Exclusive use() {
    return use;
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

  /** The parts of a state without storage, for an estimate. */
  static Carry outline(SequenceModel model, int batch) {
    Map<String, float[]> parts = new LinkedHashMap<>();
    for (int i = 0; i < model.layers().size(); i++) {
      for (StateSpec part : model.layers().get(i).carry()) {
        parts.put(SequenceModel.prefix(i) + part.name(), new float[0]);
      }
    }
    boolean[] fresh = new boolean[batch];
    Arrays.fill(fresh, true);
    return new Carry(batch, parts, Set.of(), fresh);
  }

  /**
   * Copies the carry.
   *
   * @return an independent copy
   */
  public Carry copy() {
    use.enter();
    try {
      Map<String, float[]> copies = new LinkedHashMap<>();
      parts.forEach((name, values) -> copies.put(name, values.clone()));
      return new Carry(batch, copies, positions, fresh.clone());
    } finally {
      use.leave();
    }
  }

  /**
   * Selects rows, in any order and any number of times, such as the surviving hypotheses of a beam
   * search.
   *
   * @param rows for each row of the new carry, the row of this carry that it continues, 0 to B - 1
   * @return an independent carry
   * @throws ComportaException if there is no such row
   */
  public Carry rows(int... rows) {
    use.enter();
    try {
      Map<String, float[]> chosen = new LinkedHashMap<>();
      boolean[] begins = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        requireRow(rows[i]);
        begins[i] = fresh[rows[i]];
      }
      parts.forEach((name, values) -> {
        int size = values.length / Math.max(1, batch);
        float[] to = new float[Shape.of(rows.length, size).count()];
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(values, rows[i] * size, to, i * size, size);
        }
        chosen.put(name, to);
      });
      return new Carry(rows.length, chosen, positions, begins);
    } finally {
      use.leave();
    }
  }

  /** Resizes a part for a number of positions; its values are lost. */
  void resize(String name, int count) {
    float[] values = parts.get(name);
    if (values != null && values.length != count) {
      parts.put(name, new float[count]);
    }
  }

  /**
   * Copies the state of another carry of the same model and batch size.
   *
   * @param other copied
   * @throws ShapeException if it is of another model or batch; nothing is changed then
   */
  public void set(Carry other) {
    Carry from = other == this ? this : other.copy();
    use.enter();
    try {
      if (from.batch != batch || !from.parts.keySet().equals(parts.keySet())) {
        throw new ShapeException(
            formatted(
                "[carry] expected %d rows with the parts %s but got %d with %s; was it made for another model or batch?",
                batch, parts.keySet(), from.batch, from.parts.keySet()));
      }
      from.parts.forEach(this::requireFit);
      from.parts.forEach(this::take);
      System.arraycopy(from.fresh, 0, fresh, 0, batch);
    } finally {
      use.leave();
    }
  }

  /**
   * Sets the values of one part.
   *
   * @param name as in {@link #parts}
   * @param values the values, which are copied
   * @throws ShapeException if the number of values does not match the part
   */
  public void put(String name, float[] values) {
    use.enter();
    try {
      requireFit(name, values);
      take(name, values);
    } finally {
      use.leave();
    }
  }

  private void requireFit(String name, float[] values) {
    if (!fits(name, values.length)) {
      throw new ShapeException(
          formatted(
              "[carry] expected %d values of %s but got %d; was it made for another model or batch?",
              parts.getOrDefault(name, new float[0]).length, name, values.length));
    }
  }

  private void take(String name, float[] values) {
    float[] to = parts.getOrDefault(name, new float[0]);
    if (to.length == values.length) {
      System.arraycopy(values, 0, to, 0, to.length);
    } else {
      parts.put(name, values.clone());
    }
  }

  /**
   * Whether a part accepts a number of values: for a part with one number per position, any
   * multiple of the number of rows.
   *
   * @param name as in {@link #parts}
   * @param count the number of values
   * @return whether {@link #put} accepts them
   */
  public boolean fits(String name, int count) {
    float[] values = parts.get(name);
    return values != null
        && (values.length == count
            || (positions.contains(name) && count % Math.max(1, batch) == 0));
  }

  /** Resets all rows to the state before the first timestep. */
  public void reset() {
    use.enter();
    try {
      for (int row = 0; row < batch; row++) {
        clear(row);
      }
    } finally {
      use.leave();
    }
  }

  /**
   * Resets one row to the state before the first timestep.
   *
   * @param row 0 .. batch-1
   * @throws ComportaException if there is no such row
   */
  public void resetRow(int row) {
    use.enter();
    try {
      requireRow(row);
      clear(row);
    } finally {
      use.leave();
    }
  }

  private void clear(int row) {
    for (float[] values : parts.values()) {
      int size = values.length / batch;
      Arrays.fill(values, row * size, (row + 1) * size, 0);
    }
    fresh[row] = true;
  }

  private void requireRow(int row) {
    if (row < 0 || row >= batch) {
      throw new ComportaException(
          batch == 0
              ? "[carry] expected no row, because the carry has none, but got " + row
              : formatted("[carry] expected rows between 0 and %d but got %d", batch - 1, row));
    }
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
   * The state.
   *
   * @return live arrays {@code [B, size]} by name, such as {@code layers.1.h}
   */
  public Map<String, float[]> parts() {
    return Collections.unmodifiableMap(parts);
  }

  /**
   * The rows before their first timestep.
   *
   * @return the live array
   */
  public boolean[] fresh() {
    return fresh;
  }
}
