package dev.comporta.cells;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Any cell with zoneout on one part of its state: some units keep their value of the timestep
 * before (Krueger et al. 2016, <i>Zoneout: Regularizing RNNs by Randomly Preserving Hidden
 * Activations</i>).
 *
 * <pre>
 * s'_zoned = d * s + (1 - d) * s',   d = 1 with probability rate, else 0
 * </pre>
 *
 * <p>When not training, d is its expectation, the rate. Where the cell's output is that part of the
 * state, the output is zoned too. Parameters, state and sizes are those of the cell; wrap twice to
 * zone two parts: as in the paper, the new h of an LSTM comes from the c that is not zoned.
 * Observed: what the cell names, and the part as it is carried on, in place of the cell's own.
 *
 * @param cell the cell
 * @param part the part of its state
 * @param rate the probability of keeping the old value
 */
@API(status = API.Status.EXPERIMENTAL)
public record ZoneoutCell(Cell cell, String part, float rate) implements CellWrapper {
  /**
   * Puts zoneout on a part of a cell's state.
   *
   * @param cell the cell
   * @param part the part's name, such as {@code h}
   * @param rate the probability of keeping the old value, 0 to 0.99
   * @return the cell with zoneout
   * @throws InvalidOptionException if the cell has no such part
   */
  public static ZoneoutCell of(Cell cell, String part, float rate) {
    List<String> names = cell.state().stream().map(StateSpec::name).toList();
    if (!names.contains(part)) {
      throw new InvalidOptionException(
          "[zoneout] expected one of the parts %s of the cell's state but got '%s'"
              .formatted(names, part));
    }
    return new ZoneoutCell(cell, part, rate);
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Step step = cell.step(x, state, context);
    Tensor before = state.get(part); // [B, size]
    Tensor after = step.state().get(part);
    Tensor mask = context.dropoutMask("zoneout." + part, rate, after.shape().columns());
    Tensor renewed = context.training() ? mask.step() : mask.times(1 - rate); // 1 - d
    Tensor zoned =
        context.observe(part, renewed.complement().times(before).plus(renewed.times(after)));
    Map<String, Tensor> parts = new LinkedHashMap<>(step.state().parts());
    parts.put(part, zoned);
    return new Step(step.output() == after ? zoned : step.output(), CellState.of(parts));
  }
}
