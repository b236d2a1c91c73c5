package dev.comporta.exchange.mapping;

import dev.comporta.api.model.Spec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A custom layer of Keras that a {@link LayerMapping} maps.
 *
 * @param name its name in the model
 * @param type the name of its class
 * @param options its configuration: text, numbers (Long or Double), truth values, lists, maps, null
 * @param weights its weights in the order of the file
 * @param features the features of its input
 * @param timesteps the timesteps of its input, -1 if they are not fixed, 1 for a vector
 * @param vector whether its input has no time axis
 */
@API(status = API.Status.EXPERIMENTAL)
public record CustomLayer(
    String name,
    String type,
    Map<String, @Nullable Object> options,
    List<Array> weights,
    int features,
    int timesteps,
    boolean vector) {
  /** Copies the collections. */
  public CustomLayer {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    weights = List.copyOf(weights);
  }

  /**
   * Weights.
   *
   * @param name their name in the file
   * @param shape the sizes of their axes
   * @param values row-major; not copied
   */
  @API(status = API.Status.EXPERIMENTAL)
  @SuppressWarnings("ArrayRecordComponent") // read once, never changed
  public record Array(String name, int[] shape, float[] values) {}

  /**
   * One of our layers.
   *
   * @param layer its specification
   * @param parameters its parameters by name
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Part(Spec layer, Map<String, Array> parameters) {
    /** Copies the map. */
    public Part {
      parameters = Map.copyOf(parameters);
    }
  }

  /**
   * What a layer becomes.
   *
   * @param parts layers in a row, none if it does nothing
   * @param features the features of the result
   * @param vector whether the result has no time axis; else it has the timesteps of the input
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Mapped(List<Part> parts, int features, boolean vector) {
    /** Copies the list. */
    public Mapped {
      parts = List.copyOf(parts);
    }
  }
}
