package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A wrapper that makes a cell's initial state learnable.
 *
 * <p>Each part s of the state that is initially zero gets a parameter {@code initial.s} of shape
 * {@code [size]}, which is initialised with zeros and shared by all rows.
 *
 * @param cell the wrapped cell
 * @param parameters the cell's parameters and the initial states
 * @param state the parts of the cell's state, with learned initial values
 */
@API(status = API.Status.EXPERIMENTAL)
public record LearnedInitialState(Cell cell, List<ParameterSpec> parameters, List<StateSpec> state)
    implements CellWrapper {
  /** Copies the lists. */
  public LearnedInitialState {
    parameters = List.copyOf(parameters);
    state = List.copyOf(state);
  }

  /**
   * Makes the initial state of a cell learnable.
   *
   * @param cell the cell
   * @return the cell with a learned initial state
   */
  public static LearnedInitialState of(Cell cell) {
    List<ParameterSpec> parameters = new ArrayList<>(cell.parameters());
    List<StateSpec> state = new ArrayList<>();
    for (StateSpec part : cell.state()) {
      String initial = part.initial();
      if (part.memory() != null) {
        state.add(part);
        continue;
      }
      if (initial == null) {
        initial = "initial." + part.name();
        parameters.add(ParameterSpec.bias(initial, part.size()));
      }
      state.add(new StateSpec(part.name(), part.size(), initial));
    }
    return new LearnedInitialState(cell, parameters, state);
  }
}
