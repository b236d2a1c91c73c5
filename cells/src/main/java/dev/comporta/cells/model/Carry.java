package dev.comporta.cells.model;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.ShapeException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The state of all recurrent layers between two chunks, for a number of rows: plain floats, owned
 * by the caller.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Carry {
  private final int batch;
  private final Map<String, float[]> parts;

  /**
   * Rows that have seen no timestep yet: they start from the learned initial state, if there is
   * one.
   */
  private final boolean[] fresh;

  private Carry(int batch, Map<String, float[]> parts, boolean[] fresh) {
    this.batch = batch;
    this.parts = parts;
    this.fresh = fresh;
  }

  /** The state before the first timestep. */
  static Carry start(SequenceModel model, int batch) {
    Map<String, float[]> parts = new LinkedHashMap<>();
    for (int i = 0; i < model.layers().size(); i++) {
      Layer layer = model.layers().get(i);
      for (StateSpec part : layer.carry()) {
        parts.put(
            SequenceModel.prefix(i) + part.name(),
            new float[Math.multiplyExact(batch, part.size())]);
      }
    }
    boolean[] fresh = new boolean[batch];
    Arrays.fill(fresh, true);
    return new Carry(batch, parts, fresh);
  }

  /**
   * An independent copy.
   *
   * @return a carry that shares nothing with this one
   */
  public Carry copy() {
    Map<String, float[]> copies = new LinkedHashMap<>();
    parts.forEach((name, values) -> copies.put(name, values.clone()));
    return new Carry(batch, copies, fresh.clone());
  }

  /**
   * Takes over the state of another carry of the same model and batch.
   *
   * @param other copied
   */
  public void set(Carry other) {
    parts.forEach((name, values) -> {
      float[] from = other.parts.getOrDefault(name, new float[0]);
      if (from.length != values.length) {
        throw new ShapeException(
            "[carry] expected %d values of %s but got %d; was it made for another model or batch?"
                .formatted(values.length, name, from.length));
      }
      System.arraycopy(from, 0, values, 0, values.length);
    });
    System.arraycopy(other.fresh, 0, fresh, 0, batch);
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
