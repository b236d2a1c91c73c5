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
@API(status = API.Status.EXPERIMENTAL)
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
   * The parts of the carry.
   *
   * @return names and sizes; none for a layer that is not recurrent
   */
  default List<StateSpec> carry() {
    return List.of();
  }

  /**
   * Computes, once per source, what a decoder layer derives from the encoder's output: the memories
   * that it reads at every timestep and the initial state. {@link LayerContext#memories} returns
   * them during {@link #forward}.
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
   * @param carry the carry from the previous chunk, as in {@link #carry}
   * @param context access to parameters and services
   * @return the output, with the input's lengths unless documented otherwise, and the carry after
   *     the chunk
   */
  Output forward(Sequence input, CellState carry, LayerContext context);

  /**
   * The result of a layer.
   *
   * @param sequence the output
   * @param carry the state after the last timestep of each row
   */
  record Output(Sequence sequence, CellState carry) {}
}
