package dev.comporta.cells.model;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.Tape;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Runs single layers on a tape of the caller, with parameters and carry as tensors of that tape:
 * for comparisons, and for models that are not a plain sequence of layers. Gradients flow into
 * those that are variables. Must be used by the thread of its tape.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LayerRunner {
  private final Tape tape;
  private final Unroller unroller;

  /**
   * Creates a runner.
   *
   * @param tape the tape
   * @param execution whether cells run by plan or by definition
   */
  public LayerRunner(Tape tape, Execution execution) {
    this.tape = tape;
    this.unroller = Unroller.of(execution);
  }

  /**
   * Runs a layer.
   *
   * @param layer the layer
   * @param input features or ids with lengths
   * @param carry the previous state, one part for each of {@link Layer#carry}, {@code [B, size]}
   * @param parameters the parameters by name, one for each of {@link Layer#parameters}
   * @param training whether dropout is applied
   * @param random the random stream for dropout
   * @return the output and the next state
   * @throws dev.comporta.api.ComportaException if an argument does not match the layer
   */
  public Layer.Output forward(
      Layer layer,
      Sequence input,
      CellState carry,
      Map<String, Tensor> parameters,
      boolean training,
      RandomSource random) {
    return layer.forward(
        input, carry, new RunContext(tape, unroller, parameters, training, random));
  }
}
