package dev.comporta.api.layer;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** What a layer may ask for besides its input and carry. */
@API(status = API.Status.EXPERIMENTAL)
public interface LayerContext {
  /**
   * A parameter of the layer.
   *
   * @param name as in {@link Layer#parameters}
   * @return the parameter
   * @throws dev.comporta.api.UnknownNameException if the layer declared none of this name
   */
  Tensor parameter(String name);

  /**
   * Whether this is part of training.
   *
   * @return true in training; noise is for training only
   */
  boolean training();

  /**
   * A dropout mask: 0 with the given probability, else {@code 1 / (1 - rate)}; the same for the
   * same seed, step and layer.
   *
   * @param name what it is for, unique within the layer
   * @param rate the probability of 0, in [0, 1)
   * @param shape any shape
   * @return the mask; all ones when not training
   */
  Tensor dropoutMask(String name, float rate, Shape shape);

  /**
   * What the layer made of the source.
   *
   * @return as {@link Layer#memories} gave it; empty where there is no encoder
   */
  default Map<String, Memory> memories() {
    return Map.of();
  }

  /**
   * Which rows are at their first timestep; the others go on from the carry.
   *
   * @return {@code [B, 1]}, 1 for a row that begins and 0 for one that goes on; null if all begin
   */
  default @Nullable Tensor beginning() {
    return null;
  }

  /**
   * Runs a cell over all timesteps, by its plan or by its definition as the user chose.
   *
   * @param cell the cell
   * @param prefix what the layer put before the names of the cell's parameters
   * @param input features {@code [T, B, I]} with lengths
   * @param initial the state before the first timestep
   * @param reverse from the last timestep of each row to its first
   * @return outputs {@code [T, B, outputSize]} (zeros at padding) and the state after the last
   *     timestep of each row
   */
  Layer.Output unroll(Cell cell, String prefix, Sequence input, CellState initial, boolean reverse);

  /**
   * Runs a cell that reads memories over all timesteps.
   *
   * @param cell the cell
   * @param prefix what the layer put before the names of the cell's parameters
   * @param input features {@code [T, B, I]} with lengths
   * @param initial the state before the first timestep
   * @param reverse from the last timestep of each row to its first
   * @param memories by name, those that the cell lists
   * @return outputs {@code [T, B, outputSize]} (zeros at padding) and the state after the last
   *     timestep of each row
   * @throws ComportaException if the caller of this layer cannot run cells with memories
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
        "[layer] expected a cell without memories but '%s' reads %s, which cannot be done here"
            .formatted(cell.getClass().getSimpleName(), memories.keySet()));
  }
}
