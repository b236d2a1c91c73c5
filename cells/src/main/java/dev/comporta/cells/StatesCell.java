package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Any cell that gives its whole state as its output: all parts side by side, in their order, such
 * as h and c of an LSTM. Everything else is the cell's.
 *
 * @param cell the cell
 */
@API(status = API.Status.EXPERIMENTAL)
public record StatesCell(Cell cell) implements CellWrapper {
  @Override
  public int outputSize() {
    return cell.state().stream().mapToInt(StateSpec::size).sum();
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Step step = cell.step(x, state, context);
    return new Step(sideBySide(cell.state(), step.state()), step.state());
  }

  /**
   * All parts of a state in the order in which they are declared.
   *
   * @param parts the parts
   * @param state their values, {@code [B, size]} each
   * @return {@code [B, sum of sizes]}
   */
  public static Tensor sideBySide(List<StateSpec> parts, CellState state) {
    Tensor[] others =
        parts.stream().skip(1).map(part -> state.get(part.name())).toArray(Tensor[]::new);
    Tensor first = state.get(parts.getFirst().name());
    return others.length == 0 ? first : first.apply(new Op.Concat(1), others);
  }
}
