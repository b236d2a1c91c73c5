package dev.comporta.cells.model;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.Exclusive;
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
  private final Exclusive use =
      new Exclusive("layer", "give each thread a tape and a runner of its own");

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
   * @param carry the state to start from, one part for each of {@link Layer#carry}, {@code [B,
   *     size]}; backward cells start from theirs at the last timestep
   * @param parameters one for each of {@link Layer#parameters}, by name
   * @param training whether masks are drawn
   * @param random the stream of the masks
   * @return the output and the state after
   * @throws dev.comporta.api.ComportaException if something does not fit the layer
   */
  public Layer.Output forward(
      Layer layer,
      Sequence input,
      CellState carry,
      Map<String, Tensor> parameters,
      boolean training,
      RandomSource random) {
    use.enter();
    try {
      return layer.forward(
          input, carry, new RunContext(tape, unroller, parameters, training, random));
    } finally {
      use.leave();
    }
  }
}
