package dev.comporta.cells.layers;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.StatesCell;
import java.util.List;
import org.apiguardian.api.API;

/** What a layer gives of the run of a cell. */
@API(status = API.Status.EXPERIMENTAL)
public enum Returns {
  /** The output of every timestep: {@code [T, B, O]}. */
  SEQUENCE,
  /** The output of the timestep that the cell saw last: {@code [1, B, O]}. */
  LAST,
  /** The state after the timestep that the cell saw last, all parts side by side. */
  STATE;

  private static final String STATES = "states";

  /** Reads the option {@code returns}: sequence by default, last, states or state. */
  static Returns read(OptionReader options) {
    return switch (word(options)) {
      case "last" -> LAST;
      case "state" -> STATE;
      default -> SEQUENCE;
    };
  }

  /** The cell, which gives all parts of its state if {@code returns} is {@code states}. */
  static Cell asked(Cell cell, OptionReader options) {
    return word(options).equals(STATES) ? new StatesCell(cell) : cell;
  }

  private static String word(OptionReader options) {
    return options.choice("returns", "sequence", List.of("sequence", "last", STATES, "state"));
  }

  /** The features that a layer with this cell gives. */
  int size(Cell cell) {
    return this == STATE
        ? cell.state().stream().mapToInt(StateSpec::size).sum()
        : cell.outputSize();
  }

  /** What is given of a run: {@code [T, B, ..]} or {@code [1, B, ..]}. */
  Tensor of(Cell cell, Sequence input, Layer.Output run, boolean reverse) {
    Tensor y = run.sequence().values();
    return switch (this) {
      case SEQUENCE -> y;
      case LAST ->
          input.timesteps() == 0
              ? y.sum(0)
              : reverse ? y.slice(0, 0, 1) : PoolTimeLayer.last(y, Features.lengths(input));
      case STATE ->
          StatesCell.sideBySide(cell.state(), run.carry()).reshape(1, input.batch(), size(cell));
    };
  }

  /** The same as a sequence with its lengths: a row without timesteps has no last one. */
  Sequence sequence(Sequence input, Tensor y) {
    return this == SEQUENCE
        ? input.withValues(y)
        : Sequence.of(y, PoolTimeLayer.oneOrNone(Features.lengths(input)));
  }
}
