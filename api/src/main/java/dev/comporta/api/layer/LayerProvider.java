package dev.comporta.api.layer;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Makes layers of one kind by its name. */
@API(status = API.Status.EXPERIMENTAL)
public interface LayerProvider extends NamedProvider {
  /**
   * Makes a layer.
   *
   * @param inputSize the features of the layer before, or 0 where the input is ids
   * @param options what the layer understands; options that are left unread are refused
   * @param catalog where nested parts, such as the cell of a recurrent layer, are looked up
   * @return the layer
   * @throws dev.comporta.api.InvalidOptionException if an option is missing or out of range
   */
  Layer create(int inputSize, OptionReader options, Catalog catalog);

  /**
   * Makes a layer of a decoder. By default a layer does not look at the source.
   *
   * @param inputSize the features of the layer before, or 0 where the input is ids
   * @param source the sizes of what the encoder gives
   * @param options what the layer understands; options that are left unread are refused
   * @param catalog where nested parts, such as the cell of a recurrent layer, are looked up
   * @return the layer
   * @throws dev.comporta.api.InvalidOptionException if an option is missing or out of range
   */
  default Layer create(int inputSize, Source.Sizes source, OptionReader options, Catalog catalog) {
    return create(inputSize, options, catalog);
  }
}
