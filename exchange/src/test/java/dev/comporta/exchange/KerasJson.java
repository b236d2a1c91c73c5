package dev.comporta.exchange;

import java.util.ArrayList;
import java.util.List;

/** Writes configurations of Keras' functional models. */
final class KerasJson {
  private final List<String> layers = new ArrayList<>();

  /** Adds an input; the shape is without the batch, such as {@code null, 3}. */
  KerasJson input(String name, String shape) {
    layers.add(
        "{\"class_name\": \"InputLayer\", \"name\": \"%s\", \"inbound_nodes\": [], \"config\": {\"name\": \"%s\", \"batch_input_shape\": [null, %s]}}"
            .formatted(name, name, shape));
    return this;
  }

  /** Adds a layer that is called once with some tensors, such as {@code a} or {@code a:1}. */
  KerasJson layer(String type, String name, String options, String... sources) {
    return calls(type, name, options, List.of(List.of(sources)));
  }

  /** Adds a layer that is called several times. */
  KerasJson calls(String type, String name, String options, List<List<String>> calls) {
    List<String> nodes = calls.stream().map(KerasJson::call).toList();
    layers.add(
        "{\"class_name\": \"%s\", \"name\": \"%s\", \"inbound_nodes\": [%s], \"config\": {\"name\": \"%s\"%s}}"
            .formatted(
                type,
                name,
                String.join(", ", nodes),
                name,
                options.isEmpty() ? "" : ", " + options));
    return this;
  }

  private static String call(List<String> sources) {
    return "[" + String.join(", ", sources.stream().map(it -> tensor(it, ", {}")).toList()) + "]";
  }

  /** {@code name}, {@code name:output} or {@code name:call:output}. */
  private static String tensor(String source, String end) {
    String[] parts = source.split(":", -1);
    String call = parts.length > 2 ? parts[1] : "0";
    String output = parts.length > 1 ? parts[parts.length - 1] : "0";
    return "[\"%s\", %s, %s%s]".formatted(parts[0], call, output, end);
  }

  /** The model. */
  String model(List<String> inputs, List<String> outputs) {
    return "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [%s], \"input_layers\": [%s], \"output_layers\": [%s]}}"
        .formatted(
            String.join(", ", layers),
            String.join(", ", inputs.stream().map(it -> tensor(it, "")).toList()),
            String.join(", ", outputs.stream().map(it -> tensor(it, "")).toList()));
  }
}
