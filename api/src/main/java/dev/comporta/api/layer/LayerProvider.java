package dev.comporta.api.layer;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Creates layers of one kind. */
@API(status = API.Status.STABLE)
public interface LayerProvider extends NamedProvider {
  /**
   * Creates a layer.
   *
   * @param inputSize the output features of the previous layer, or 0 if the input is ids
   * @param options the options of the layer; unread options are rejected
   * @param catalog used to look up nested components, such as the cell of a recurrent layer
   * @return the layer
   * @throws dev.comporta.api.InvalidOptionException if an option is missing or out of range
   */
  Layer create(int inputSize, OptionReader options, Catalog catalog);

  /**
   * Creates a layer of a decoder. By default, a layer does not depend on the source.
   *
   * @param inputSize the output features of the previous layer, or 0 if the input is ids
   * @param source the sizes of the encoder's output
   * @param options the options of the layer; unread options are rejected
   * @param catalog used to look up nested components, such as the cell of a recurrent layer
   * @return the layer
   * @throws dev.comporta.api.InvalidOptionException if an option is missing or out of range
   */
  default Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
    return create(inputSize, options, catalog);
  }
}
