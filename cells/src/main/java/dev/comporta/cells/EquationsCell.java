package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A cell whose step is its equations and nothing else: the check of the argument and variational
 * dropout come before them.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface EquationsCell extends Cell {
  /**
   * The dropout on x, on the state and on the candidate.
   *
   * @return the rates; {@link CellDropout#NONE} for a cell without dropout
   */
  CellDropout dropout();

  /**
   * The part of the state that only the recurrent products read, so that it is masked before the
   * equations. Null if they also carry it over: they mask it where they multiply, with {@link
   * CellDropout#onRecurrent}.
   *
   * @return the name of the part, {@code h} by default, or null
   */
  default @Nullable String maskedPart() {
    return "h";
  }

  /**
   * The equations of the cell.
   *
   * @param x the input after dropout, {@code [B, I]}
   * @param state the previous state, whose {@link #maskedPart} is the one after dropout
   * @param context access to parameters and to the mask of the candidate
   * @return the output and the next state
   */
  Step equations(Tensor x, CellState state, StepContext context);

  @Override
  default Step step(Tensor x, CellState state, StepContext context) {
    return equations(
        dropout().onInput(Inputs.checked(this, x), context),
        dropout().onPart(maskedPart(), state, context),
        context);
  }
}
