package dev.comporta.api.cell;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A recurrent cell: one timestep, pure.
 *
 * <p>A cell says which parameters and which state it has, and how one timestep turns an input and a
 * state into an output and the next state. Written in tensor operations, that is all: the gradient,
 * unrolling over time, lengths, direction, stacking, truncated backpropagation, model files, the
 * command line and a fast whole-sequence plan come for free. A complete cell, the minimal gated
 * unit of Zhou et al. 2016 (<i>Minimal Gated Unit for Recurrent Neural Networks</i>, eq. 9 to 11):
 *
 * {@snippet file="dev/comporta/api/cell/MinimalGatedUnitExample.java" region="cell"}
 *
 * <p>Rules of a step:
 *
 * <ul>
 *   <li>it has no effect but its result, and asks for nothing but its arguments;
 *   <li>it does not branch on the values of tensors ({@link Tensor#toArray} inside a step makes the
 *       cell run timestep by timestep, with a line that says so); use {@link Tensor#select};
 *   <li>rows of the batch are independent: no operation mixes them.
 * </ul>
 *
 * <p>Cells are immutable and safe to share between threads.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Cell {
  /**
   * The size of a timestep's input.
   *
   * @return I
   */
  int inputSize();

  /**
   * The size of a timestep's output.
   *
   * @return usually H
   */
  int outputSize();

  /**
   * The parameters, in the order in which files list them.
   *
   * @return names, shapes and initialisers
   */
  List<ParameterSpec> parameters();

  /**
   * The state that is handed from one timestep to the next.
   *
   * @return names and sizes, for instance h and c
   */
  List<StateSpec> state();

  /**
   * The tensors that stay the same for a whole sequence, such as the annotations that a decoder
   * attends to.
   *
   * @return their names; none by default
   */
  default List<String> memories() {
    return List.of();
  }

  /**
   * One timestep.
   *
   * @param x the input {@code [B, I]}
   * @param state the state before, each part {@code [B, size]}
   * @param context parameters, memories, random masks
   * @return the output {@code [B, outputSize]} and the state after
   */
  Step step(Tensor x, CellState state, StepContext context);

  /**
   * What a timestep gives.
   *
   * @param output the output {@code [B, outputSize]}
   * @param state the state after it
   */
  record Step(Tensor output, CellState state) {}
}
