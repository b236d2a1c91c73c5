package dev.comporta.cells.model;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.CellPlan;
import org.apiguardian.api.API;

/**
 * Whether a cell runs by plan, which is fast, or by its definition, timestep by timestep.
 *
 * @param planned whether it has a plan, for training as well as for inference
 * @param reason why it has none, in one sentence; empty if it has one
 */
@API(status = API.Status.EXPERIMENTAL)
public record Planning(boolean planned, String reason) {
  /**
   * Compiles the plans of a cell without memories, and keeps none of them.
   *
   * @param cell the cell
   * @return whether the cell is planned, and why not
   */
  public static Planning of(Cell cell) {
    try {
      CellPlan.of(cell, true, true);
      CellPlan.of(cell, false, false);
      return new Planning(true, "");
    } catch (UntraceableException e) {
      return new Planning(false, String.valueOf(e.getMessage()));
    }
  }
}
