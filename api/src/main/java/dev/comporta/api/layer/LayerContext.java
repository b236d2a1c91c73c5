package dev.comporta.api.layer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** What a layer can access in addition to its input and carry. */
@API(status = API.Status.STABLE)
public interface LayerContext {
  /**
   * A parameter of the layer.
   *
   * @param name as in {@link Layer#parameters}
   * @return the parameter
   * @throws dev.comporta.api.UnknownNameException if the layer did not declare it
   */
  Tensor parameter(String name);

  /**
   * Whether the layer runs in training. Noise such as dropout is applied in training only.
   *
   * @return true in training
   */
  boolean training();

  /**
   * A dropout mask: 0 with the given probability, otherwise {@code 1 / (1 - rate)}. It is
   * determined by the seed, the training step and the layer.
   *
   * @param name identifies the mask, unique within the layer
   * @param rate the probability of 0, in [0, 1)
   * @param shape any shape
   * @return the mask; all ones when not training
   */
  Tensor dropoutMask(String name, float rate, Shape shape);

  /**
   * What the layer derived from the encoder's output.
   *
   * @return the result of {@link Layer#memories}; empty without an encoder
   */
  default Map<String, Memory> memories() {
    return Map.of();
  }

  /**
   * Which rows start a new sequence; the others continue from the carry.
   *
   * @return {@code [B, 1]}, 1 for a row that starts and 0 for one that continues; null if all rows
   *     start
   */
  default @Nullable Tensor beginning() {
    return null;
  }

  /**
   * Runs a cell over all timesteps, by plan or by definition according to the user's setting.
   *
   * @param cell the cell
   * @param prefix the prefix that the layer added to the names of the cell's parameters
   * @param input features {@code [T, B, I]} with lengths
   * @param initial the state before the first timestep
   * @param reverse whether to run from the last timestep of each row to its first
   * @return outputs {@code [T, B, outputSize]} (zeros at padding) and the state after the last
   *     timestep of each row
   */
  Layer.Output unroll(Cell cell, String prefix, Sequence input, CellState initial, boolean reverse);

  /**
   * Runs a cell that reads memories over all timesteps.
   *
   * @param cell the cell
   * @param prefix the prefix that the layer added to the names of the cell's parameters
   * @param input features {@code [T, B, I]} with lengths
   * @param initial the state before the first timestep
   * @param reverse whether to run from the last timestep of each row to its first
   * @param memories the memories that the cell declares, by name
   * @return outputs {@code [T, B, outputSize]} (zeros at padding) and the state after the last
   *     timestep of each row
   * @throws ComportaException if this context does not support cells with memories
   */
  default Layer.Output unroll(
      Cell cell,
      String prefix,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> memories) {
    if (memories.isEmpty()) {
      return unroll(cell, prefix, input, initial, reverse);
    }
    throw new ComportaException(
        formatted(
            "[layer] expected a cell without memories but '%s' reads %s, which are not available here",
            cell.getClass().getSimpleName(), memories.keySet()));
  }
}
