package dev.comporta.exchange.mapping;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Kind;
import org.apiguardian.api.API;

/**
 * Says what a custom layer of Keras becomes. Implementations are found through {@link
 * java.util.ServiceLoader}, like cells, also in plug-ins. They have a public constructor without
 * arguments and keep no state. The layers that a mapping names must be installed where the model is
 * imported and where it runs.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LayerMapping extends NamedProvider {
  /** The catalog's kind. */
  Kind<LayerMapping> KIND = new Kind<>("layer mapping", LayerMapping.class);

  /**
   * The layer that is mapped.
   *
   * @return the name of its class as in the configuration of a model, such as {@code MyAttention}
   */
  String layerClass();

  /**
   * Maps a layer with one input. If the input is masked, the layer must return a sequence, and
   * later layers read the same mask; the layer itself does not see it.
   *
   * @param layer its configuration, its weights, and the shape of its input
   * @return layers that compute exactly the same
   * @throws dev.comporta.api.ComportaException if an option of it has no counterpart
   */
  CustomLayer.Mapped map(CustomLayer layer);
}
