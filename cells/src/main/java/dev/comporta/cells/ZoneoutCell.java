package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

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
 * A wrapper that applies zoneout to one part of a cell's state: some units keep their value of the
 * previous timestep (Krueger et al. 2016, <i>Zoneout: Regularizing RNNs by Randomly Preserving
 * Hidden Activations</i>).
 *
 * <pre>
 * s'_zoned = d * s + (1 - d) * s',   d = 1 with probability rate, else 0
 * </pre>
 *
 * <p>Outside training, d is its expectation, the rate. If the cell's output is that part of the
 * state, zoneout applies to the output too. Parameters, state and sizes are those of the wrapped
 * cell. Wrap twice for zoneout on two parts; as in the paper, the new h of an LSTM is computed from
 * the c without zoneout. Observed: the values that the wrapped cell observes, except that the part
 * is the one after zoneout.
 *
 * @param cell the wrapped cell
 * @param part the part of its state
 * @param rate the probability of keeping the previous value
 */
@API(status = API.Status.EXPERIMENTAL)
public record ZoneoutCell(Cell cell, String part, float rate) implements CellWrapper {
  /**
   * Applies zoneout to a part of a cell's state.
   *
   * @param cell the cell
   * @param part the part's name, such as {@code h}
   * @param rate the probability of keeping the previous value, 0 to 0.99
   * @return the cell with zoneout
   * @throws InvalidOptionException if the cell has no such part
   */
  public static ZoneoutCell of(Cell cell, String part, float rate) {
    List<String> names = cell.state().stream().map(StateSpec::name).toList();
    if (!names.contains(part)) {
      throw new InvalidOptionException(
          formatted(
              "[zoneout] expected one of the parts %s of the cell's state but got '%s'",
              names, part));
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
