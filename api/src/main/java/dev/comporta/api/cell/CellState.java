package dev.comporta.api.cell;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The state of a cell at one timestep: tensors by name, so that {@code (h, c)} and {@code (c, h)}
 * cannot be confused. Immutable.
 */
@API(status = API.Status.STABLE)
public final class CellState {
  private final Map<String, Tensor> parts;

  private CellState(Map<String, Tensor> parts) {
    this.parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /**
   * A state of one part.
   *
   * @param name its name
   * @param value {@code [B, size]}
   * @return the state
   */
  public static CellState of(String name, Tensor value) {
    return new CellState(Map.of(name, value));
  }

  /**
   * A state of two parts.
   *
   * @param name1 the first name
   * @param value1 {@code [B, size]}
   * @param name2 the second name
   * @param value2 {@code [B, size]}
   * @return the state
   */
  public static CellState of(String name1, Tensor value1, String name2, Tensor value2) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    parts.put(name1, value1);
    parts.put(name2, value2);
    return new CellState(parts);
  }

  /**
   * A state of any number of parts.
   *
   * @param parts tensors by name, in order
   * @return the state
   */
  public static CellState of(Map<String, Tensor> parts) {
    return new CellState(parts);
  }

  /**
   * One part of the state.
   *
   * @param name its name
   * @return {@code [B, size]}
   * @throws ShapeException if there is no such part
   */
  public Tensor get(String name) {
    Tensor part = parts.get(name);
    if (part == null) {
      throw new ShapeException(
          formatted("[state] expected a part '%s' but the state has %s", name, parts.keySet()));
    }
    return part;
  }

  /**
   * One part of the state as an array for each row, such as a matrix or a map.
   *
   * @param name its name
   * @param sizes the sizes of the array of a row, whose product is the size of the part; row-major
   * @return {@code [B, sizes..]}
   * @throws ShapeException if there is no such part, or its size differs
   */
  public Tensor get(String name, int... sizes) {
    return get(name).rowsOf(sizes);
  }

  /**
   * All parts, in order.
   *
   * @return an unmodifiable map
   */
  public Map<String, Tensor> parts() {
    return parts;
  }
}
