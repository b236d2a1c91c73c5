package dev.comporta.exchange.layers;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cell that reads a mask m as one more feature: where it is 0, the state is held, and the output
 * is that of the last timestep that counted (zero before there is one), or zero.
 *
 * <pre>
 * s' = m ? cell(x, s) : s
 * y' = m ? cell(x, s) : y           or 0
 * </pre>
 *
 * @param cell the cell
 * @param zero whether the output is zero where the mask is 0
 */
record MaskedCell(Cell cell, boolean zero) implements Cell {
  /** The part of the state that holds the last output. */
  static final String HELD = "held";

  @Override
  public int inputSize() {
    return cell.inputSize() + 1;
  }

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
    if (zero) {
      return cell.state();
    }
    List<StateSpec> state = new ArrayList<>(cell.state());
    state.add(StateSpec.zeros(HELD, cell.outputSize()));
    return List.copyOf(state);
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    int inputs = cell.inputSize();
    Tensor m = x.slice(-1, inputs, inputs + 1); // [B, 1]
    Map<String, Tensor> before = new LinkedHashMap<>();
    cell.state().forEach(part -> before.put(part.name(), state.get(part.name())));
    Step step = cell.step(x.slice(-1, 0, inputs), CellState.of(before), context);
    Map<String, Tensor> after = new LinkedHashMap<>();
    before.forEach((name, part) -> after.put(name, m.select(step.state().get(name), part)));
    Tensor otherwise = zero ? x.constant(Shape.of(), 0) : state.get(HELD);
    Tensor y = m.select(step.output(), otherwise);
    if (!zero) {
      after.put(HELD, y);
    }
    return new Step(y, CellState.of(after));
  }
}
