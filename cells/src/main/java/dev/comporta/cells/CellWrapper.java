package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/** A cell that wraps another one and delegates to it everything that it does not override. */
@API(status = API.Status.EXPERIMENTAL)
public interface CellWrapper extends Cell {
  /**
   * The wrapped cell.
   *
   * @return the wrapped cell
   */
  Cell cell();

  @Override
  default int inputSize() {
    return cell().inputSize();
  }

  @Override
  default int outputSize() {
    return cell().outputSize();
  }

  @Override
  default List<ParameterSpec> parameters() {
    return cell().parameters();
  }

  @Override
  default List<StateSpec> state() {
    return cell().state();
  }

  @Override
  default List<String> memories() {
    return cell().memories();
  }

  @Override
  default Step step(Tensor x, CellState state, StepContext context) {
    return cell().step(x, state, context);
  }
}
