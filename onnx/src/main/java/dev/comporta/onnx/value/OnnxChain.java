package dev.comporta.onnx.value;

import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A graph that is a chain of layers which Comporta has: recurrent operators with constant weights,
 * embeddings, dense layers and activations, with the transpositions and reshapes that exporters put
 * between them.
 *
 * @param input the name of the input that the chain reads
 * @param features the number of its features; 0 for ids
 * @param batchFirst whether the batch is its first axis; otherwise time is
 * @param links the layers, first to last
 * @param notes what the chain leaves out
 */
@API(status = API.Status.EXPERIMENTAL)
public record OnnxChain(
    String input, int features, boolean batchFirst, List<Link> links, List<String> notes) {
  /** Copies the lists. */
  public OnnxChain {
    links = List.copyOf(links);
    notes = List.copyOf(notes);
  }

  /**
   * One layer.
   *
   * @param spec the specification of a layer of Comporta
   * @param weights by the names of its parameters, in Comporta's layout
   */
  public record Link(Spec spec, Map<String, OnnxTensor> weights) {
    /** Copies the map. */
    public Link {
      weights = Map.copyOf(weights);
    }
  }
}
