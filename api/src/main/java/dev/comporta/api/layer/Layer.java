package dev.comporta.api.layer;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A function from a batch of sequences to a batch of sequences, with parameters and, if it is
 * recurrent, a carry: the state that is passed from one chunk of a long sequence to the next.
 * Immutable and thread-safe.
 */
@API(status = API.Status.STABLE)
public interface Layer {
  /**
   * The number of output features per timestep.
   *
   * @return features
   */
  int outputSize();

  /**
   * The parameters, in the order in which model files list them.
   *
   * @return names, shapes and initialisers
   */
  List<ParameterSpec> parameters();

  /**
   * Parameters of an earlier layer that this layer shares, such as the table of an embedding for
   * tied weights, under the names that they have in that layer. They are stored, counted and
   * trained once.
   *
   * @return shapes by name; none for most layers
   */
  default Map<String, Shape> borrowed() {
    return Map.of();
  }

  /**
   * The parts of the carry. Parts of cells that run against time say so ({@link
   * StateSpec#backward}): they start anew in every chunk.
   *
   * @return names and sizes; none for a layer that is not recurrent
   */
  default List<StateSpec> carry() {
    return List.of();
  }

  /**
   * Whether the output has the timesteps in the opposite order of the input, so that a cell behind
   * this layer runs against time.
   *
   * @return false for most layers
   */
  default boolean reversesTime() {
    return false;
  }

  /**
   * What a layer of a decoder makes of the source, once for each source: what it reads at every
   * timestep, and what its state starts from. {@link LayerContext#memories} gives it back.
   *
   * @param source the encoder's output
   * @param context access to parameters and services
   * @return memories by name; none for most layers
   */
  default Map<String, Memory> memories(Source source, LayerContext context) {
    return Map.of();
  }

  /**
   * Computes the layer.
   *
   * @param input features or ids
   * @param carry the state to start from, as in {@link #carry}: from the chunk before, or for
   *     backward parts the initial state; a backward cell starts from it at the last timestep
   * @param context parameters and services
   * @return the output, with the input's lengths unless the layer says otherwise, and the carry
   *     after the chunk
   */
  Output forward(Sequence input, CellState carry, LayerContext context);

  /**
   * The result of a layer.
   *
   * @param sequence the output
   * @param carry the state after the last timestep of each row that the cell saw
   */
  record Output(Sequence sequence, CellState carry) {}
}
