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

/** What a recurrent layer returns of a cell's run. */
@API(status = API.Status.EXPERIMENTAL)
public enum Returns {
  /** The output of every timestep: {@code [T, B, O]}. */
  SEQUENCE,
  /** The output of the last timestep processed: {@code [1, B, O]}. */
  LAST,
  /** The state after the last timestep processed, all parts concatenated. */
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

  /** The cell, wrapped so that it outputs its whole state if {@code returns} is {@code states}. */
  static Cell asked(Cell cell, OptionReader options) {
    return word(options).equals(STATES) ? new StatesCell(cell) : cell;
  }

  private static String word(OptionReader options) {
    return options.choice("returns", "sequence", List.of("sequence", "last", STATES, "state"));
  }

  /** The number of output features of a layer with this cell. */
  int size(Cell cell) {
    return this == STATE
        ? cell.state().stream().mapToInt(StateSpec::size).sum()
        : cell.outputSize();
  }

  /** Selects the result of a run: {@code [T, B, ..]} or {@code [1, B, ..]}. */
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

  /** The result with its lengths: a row without timesteps has no last output. */
  Sequence sequence(Sequence input, Tensor y) {
    return this == SEQUENCE
        ? input.withValues(y)
        : Sequence.of(y, PoolTimeLayer.oneOrNone(Features.lengths(input)));
  }
}
