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
 * A wrapper that outputs the cell's whole state: the concatenation of all parts in their order,
 * such as h and c of an LSTM.
 *
 * @param cell the wrapped cell
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
   * Concatenates all parts of a state in the order of their declaration.
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
