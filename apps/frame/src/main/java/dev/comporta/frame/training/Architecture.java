package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers from a JSON file in place of a recipe's own:
 *
 * <pre>{@code
 * {"layers": [
 *   {"name": "embedding", "vocabulary": "inputs", "size": 64},
 *   {"name": "recurrent", "cell": {"name": "lstm", "peepholes": true}, "hidden": 128},
 *   {"name": "dense", "units": "outputs"}]}
 * }</pre>
 *
 * <p>The words {@code "inputs"} and {@code "outputs"} stand for the sizes that the data determine.
 * A model with an encoder has a list {@code "encoder"} as well.
 */
final class Architecture {
  private static final String OPTION = "--architecture";
  private static final String NAME = "name";

  private final Path file;
  private final int inputs;
  private final int outputs;

  private Architecture(Path file, int inputs, int outputs) {
    this.file = file;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * The recipe's model with other layers.
   *
   * @param file the JSON file
   * @param recipe the recipe's own model, whose input and output the new one has
   * @param catalog where layers are found
   * @return the specification
   * @throws InvalidOptionException if the file cannot be used, or the last layer's output has
   *     another size
   */
  static Spec replace(Path file, Spec recipe, Catalog catalog) {
    int outputs = SequenceModel.layers(recipe, catalog).getLast().outputSize();
    JsonNode root = read(file);
    Spec spec = replace(file, root, "layers", "input-size", outputs, recipe);
    if (root.has("encoder")) {
      spec = replace(file, root, "encoder", "source-input-size", outputs, spec);
    }
    int size = SequenceModel.layers(spec, catalog).getLast().outputSize();
    if (size != outputs) {
      throw new InvalidOptionException(
          formatted(
              "--architecture expected a last layer with %d outputs but that of %s has %d; write \"outputs\" for the size that the data determine",
              outputs, file, size));
    }
    return spec;
  }

  /**
   * The model of another tool in place of the recipe's own.
   *
   * @param file the name of its file, for messages
   * @param imported the specification of that model
   * @param recipe the recipe's own model, whose input and output the other one must have
   * @param catalog where layers are found
   * @return the other model's specification
   * @throws InvalidOptionException if its input or output has another size
   */
  static Spec adopted(String file, Spec imported, Spec recipe, Catalog catalog) {
    requireSame(file, "input", inputs(imported), inputs(recipe));
    requireSame(
        file,
        "output",
        SequenceModel.layers(imported, catalog).getLast().outputSize(),
        SequenceModel.layers(recipe, catalog).getLast().outputSize());
    return imported;
  }

  /** The features of the input; the negative size of the vocabulary if it is ids. */
  private static int inputs(Spec model) {
    OptionReader options = model.reader();
    int features = options.size("input-size", 0, 0);
    return features > 0
        ? features
        : -options.specs("layers").getFirst().reader().size("vocabulary", 1, 1);
  }

  private static void requireSame(String file, String what, int there, int here) {
    if (there != here) {
      throw new InvalidOptionException(
          formatted(
              "--from expected a model whose %s has %s, as the data need, but that of %s has %s; replace its layers with --architecture",
              what, words(here), file, words(there)));
    }
  }

  private static String words(int size) {
    return size < 0
        ? formatted("ids below %d", -size)
        : formatted("%d %s", size, size == 1 ? "feature" : "features");
  }

  private static Spec replace(
      Path file, JsonNode root, String list, String inputSize, int outputs, Spec recipe) {
    OptionReader own = recipe.reader();
    int features = own.size(inputSize, 0, 0);
    int inputs =
        features > 0
            ? features // else ids, which the recipe's first layer looks up in a table
            : own.specs(list).getFirst().reader().size("vocabulary", 1, outputs);
    return recipe.with(list, new Architecture(file, inputs, outputs).layers(root, list));
  }

  private static JsonNode read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InvalidOptionException(
          formatted(
              "%s expected a JSON file but %s is a folder, a pipe or a device", OPTION, file));
    }
    return JsonFile.object(OPTION, file);
  }

  private List<Spec> layers(JsonNode root, String list) {
    JsonNode layers = root.get(list);
    if (layers == null || !layers.isArray() || layers.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "--architecture expected a list \"%s\" of one layer or more in %s", list, file));
    }
    List<Spec> specs = new ArrayList<>();
    for (JsonNode layer : layers) {
      specs.add(spec(layer, list));
    }
    return specs;
  }

  private Spec spec(JsonNode node, String where) {
    if (node.isTextual()) {
      return Spec.of(node.textValue());
    }
    if (!node.path(NAME).isTextual()) {
      throw new InvalidOptionException(
          formatted(
              "--architecture expected an object with a \"name\" in \"%s\" of %s", where, file));
    }
    Spec spec = Spec.of(node.get(NAME).textValue());
    for (var option : node.properties()) {
      if (!option.getKey().equals(NAME)) {
        spec = spec.with(option.getKey(), value(option.getValue(), option.getKey()));
      }
    }
    return spec;
  }

  private Object value(JsonNode node, String where) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    return switch (node.getNodeType()) {
      case NUMBER -> node.doubleValue();
      case BOOLEAN -> node.booleanValue();
      case STRING ->
          switch (node.textValue()) {
            case "inputs" -> (long) inputs;
            case "outputs" -> (long) outputs;
            default -> node.textValue();
          };
      case OBJECT -> spec(node, where);
      case ARRAY -> {
        List<Object> values = new ArrayList<>();
        node.forEach(item -> values.add(value(item, where)));
        yield values;
      }
      default ->
          throw new InvalidOptionException(
              formatted(
                  "--architecture expected a value for \"%s\" in %s but got %s",
                  where, file, JsonFile.describe(node)));
    };
  }
}
