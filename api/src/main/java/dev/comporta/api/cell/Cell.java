package dev.comporta.api.cell;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A recurrent cell: a pure function that computes one timestep.
 *
 * <p>A cell declares its parameters and its state, and computes an output and the next state from
 * an input and the current state. Everything else is derived from these tensor operations: the
 * gradient, unrolling over time, sequence lengths, direction, stacking, truncated backpropagation,
 * model files, the command line and a fast plan for whole sequences. The following is a complete
 * cell, the minimal gated unit of Zhou et al. 2016 (<i>Minimal Gated Unit for Recurrent Neural
 * Networks</i>, eq. 9 to 11):
 *
 * {@snippet file="dev/comporta/api/cell/MinimalGatedUnitExample.java" region="cell"}
 *
 * <p>A step must follow these rules:
 *
 * <ul>
 *   <li>it has no side effects and depends on its arguments only;
 *   <li>it does not branch on the values of tensors ({@link Tensor#toArray} inside a step makes the
 *       cell run timestep by timestep, and a log line reports it); use {@link Tensor#select}
 *       instead;
 *   <li>the rows of a batch are independent: no operation combines them.
 * </ul>
 *
 * <p>Cells are immutable and thread-safe.
 */
@API(status = API.Status.STABLE)
public interface Cell {
  /**
   * The number of input features per timestep.
   *
   * @return I
   */
  int inputSize();

  /**
   * The number of output features per timestep.
   *
   * @return usually H
   */
  int outputSize();

  /**
   * The parameters, in the order in which model files list them.
   *
   * @return names, shapes and initialisers
   */
  List<ParameterSpec> parameters();

  /**
   * The parts of the state that is passed from one timestep to the next.
   *
   * @return names and sizes, for instance h and c
   */
  List<StateSpec> state();

  /**
   * The memories that the cell reads: tensors that are constant over a sequence, such as the
   * annotations that a decoder attends to.
   *
   * @return their names; none by default
   */
  default List<String> memories() {
    return List.of();
  }

  /**
   * Computes one timestep.
   *
   * @param x the input {@code [B, I]}
   * @param state the previous state, each part {@code [B, size]}
   * @param context access to parameters, memories and dropout masks
   * @return the output {@code [B, outputSize]} and the next state
   */
  Step step(Tensor x, CellState state, StepContext context);

  /**
   * The result of a timestep.
   *
   * @param output the output {@code [B, outputSize]}
   * @param state the next state
   */
  record Step(Tensor output, CellState state) {}
}
