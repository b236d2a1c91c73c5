package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.catalog.ProviderException;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Piece;
import dev.comporta.exchange.mapping.CustomLayer;
import dev.comporta.exchange.mapping.LayerMapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Layers that plug-ins map. */
final class CustomLayers {
  private final Placing placing;
  private final List<LayerMapping> mappings;

  CustomLayers(Placing placing, List<LayerMapping> mappings) {
    this.placing = placing;
    this.mappings = mappings;
  }

  boolean knows(Config config) {
    return mappings.stream().anyMatch(it -> it.layerClass().equals(config.type()));
  }

  Value call(Config config, Value in, Function<String, List<ForeignTensor>> weights) {
    LayerMapping mapping =
        mappings.stream()
            .filter(it -> it.layerClass().equals(config.type()))
            .findFirst()
            .orElseThrow();
    List<CustomLayer.Array> arrays = new ArrayList<>();
    for (ForeignTensor tensor : weights.apply("")) {
      arrays.add(new CustomLayer.Array(tensor.name(), tensor.sizes(), tensor.values()));
    }
    CustomLayer layer =
        new CustomLayer(
            config.name(),
            config.type(),
            options(config.node()),
            arrays,
            in.flow().features(),
            in.flow().timesteps(),
            in.flow().vector());
    CustomLayer.Mapped mapped = ProviderException.returned(mapping, mapping.map(layer), "map()");
    int number = in.number();
    for (CustomLayer.Part part : mapped.parts()) {
      Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
      part.parameters()
          .forEach((name, array) ->
              parameters.put(name, new ForeignTensor(array.name(), array.shape(), array.values())));
      number = placing.layer(config, number, new Piece(part.layer(), parameters));
    }
    if (mapped.features() < 1) {
      throw config.refuse(
          formatted(
              "was mapped by %s to %d features",
              Printable.quoted(mapping.name()), mapped.features()));
    }
    Flow flow =
        mapped.vector() ? Flow.vector(mapped.features()) : in.flow().with(mapped.features());
    if (!mapped.vector()) {
      in.flow().requireSequence(config);
    } else if (in.mask() >= 0) {
      throw config.refuse(
          "reduces masked timesteps to a vector; a mapping does not see the mask, so it cannot say how");
    }
    // Like a layer of Keras that supports masks, it passes its mask on.
    return flow.vector()
        ? new Value(number, flow, Value.NONE, Value.NONE)
        : new Value(number, flow, in.mask(), in.axis());
  }

  private static Map<String, @Nullable Object> options(JsonNode node) {
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    node.properties().forEach(entry -> options.put(entry.getKey(), value(entry.getValue())));
    return options;
  }

  /** JSON as text, numbers, truth values, lists and maps. */
  private static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
      case ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        node.forEach(item -> list.add(value(item)));
        yield list;
      }
      case OBJECT -> options(node);
      default -> null;
    };
  }
}
