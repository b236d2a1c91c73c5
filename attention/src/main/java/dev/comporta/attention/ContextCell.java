package dev.comporta.attention;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A cell whose input at every timestep is extended by the summary of the source (Cho et al. 2014,
 * section 2.2): {@code o, s' = cell([x, c], s)}. Memory: {@code summary [B, N]}. Parameters and
 * state are those of the inner cell.
 *
 * @param inputSize I
 * @param cell the inner cell, with an input size of I + N
 */
@API(status = API.Status.EXPERIMENTAL)
public record ContextCell(int inputSize, Cell cell) implements Cell {
  /** The name of the memory. */
  public static final String SUMMARY = "summary";

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return cell.parameters();
  }

  @Override
  public List<StateSpec> state() {
    return cell.state();
  }

  @Override
  public List<String> memories() {
    return List.of(SUMMARY);
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    return cell.step(x.concat(-1, context.memory(SUMMARY)), state, context);
  }
}
