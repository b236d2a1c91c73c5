package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import java.util.List;
import java.util.function.BiConsumer;
import org.apiguardian.api.API;

/**
 * The layers of a model before there is storage for its parameters, so that their number can be
 * compared with a file or with the memory at hand first. Layers are made once: {@link #model} uses
 * these.
 *
 * @param spec the specification
 * @param encoder the layers that read the source, first to last; none without an encoder
 * @param layers the layers, first to last
 */
@API(status = API.Status.EXPERIMENTAL)
public record ModelLayers(Spec spec, List<Layer> encoder, List<Layer> layers) {
  /** Copies the lists. */
  public ModelLayers {
    encoder = List.copyOf(encoder);
    layers = List.copyOf(layers);
  }

  /**
   * Makes the layers of a specification.
   *
   * @param spec as for {@link SequenceModel#build}
   * @param catalog used to look up layers and cells
   * @return the layers
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static ModelLayers of(Spec spec, Catalog catalog) {
    List<Layer> encoder = SequenceModel.encoder(spec, catalog);
    return new ModelLayers(spec, encoder, SequenceModel.layers(spec, encoder, catalog));
  }

  /**
   * The number of elements of all parameters.
   *
   * @return the sum of their counts; shared parameters count once
   */
  public long parameterCount() {
    long count = 0;
    for (List<Layer> side : List.of(encoder, layers)) {
      for (Layer layer : side) {
        for (ParameterSpec parameter : layer.parameters()) {
          count += parameter.shape().count();
        }
      }
    }
    return count;
  }

  /**
   * The model of these layers.
   *
   * @return a model whose parameters are all zero
   * @throws ComportaException if they do not fit into one array
   */
  public SequenceModel model() {
    return SequenceModel.of(this, Parameters::new);
  }

  /**
   * The model of these layers, whose parameters are read when they are first used.
   *
   * @param filler as for {@link Parameters#deferred}
   * @return the model
   * @throws ComportaException if the parameters do not fit into one array
   */
  public SequenceModel model(BiConsumer<Parameter, float[]> filler) {
    return SequenceModel.of(this, (specs, aliases) -> Parameters.deferred(specs, aliases, filler));
  }

  /** The model of these layers without storage for parameters, which cannot run. */
  SequenceModel outline() {
    return SequenceModel.of(this, Parameters::outline);
  }
}
