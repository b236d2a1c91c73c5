package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Source;

/** Checks on what the encoder passes to the decoder layers. */
final class Sources {
  private Sources() {}

  static Source.Sizes checked(String layer, Source.Sizes source) {
    if (source.annotations() < 1) {
      throw noEncoder(layer);
    }
    return source;
  }

  static InvalidOptionException noEncoder(String layer) {
    return new InvalidOptionException(
        formatted(
            "[%s] expected a model with an encoder but got none; put the layer into the 'layers' of an 'encoder-decoder'",
            layer));
  }

  static Memory required(LayerContext context, String name) {
    Memory memory = context.memories().get(name);
    if (memory == null) {
      throw new ComportaException(
          formatted(
              "[decoder] expected the source's '%s' but got %s; encode the source with this model",
              name, context.memories().keySet()));
    }
    return memory;
  }
}
