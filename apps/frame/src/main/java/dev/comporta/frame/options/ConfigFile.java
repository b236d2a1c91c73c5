package dev.comporta.frame.options;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings from a JSON object whose keys are names of options. */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * {@return settings by name, in the order of the file}
   *
   * @param path the file
   * @param owner the task, for messages
   * @param options those that it has
   * @throws InvalidOptionException if the file cannot be read, is not one JSON object, or a value
   *     has another type than its option
   */
  public static Map<String, Object> read(Path path, String owner, Options options) {
    JsonNode root = JsonFile.object("[config]", path);
    Map<String, Object> settings = new LinkedHashMap<>();
    root.properties()
        .forEach(entry ->
            settings.put(
                entry.getKey(),
                value(path, options.find(owner, entry.getKey()), entry.getValue())));
    return settings;
  }

  private static Object value(Path path, Option<?> option, JsonNode node) {
    ValueType.Kind kind = option.type().kind();
    boolean fits =
        switch (kind) {
          case WHOLE -> node.isIntegralNumber() && node.canConvertToLong();
          case REAL -> node.isNumber();
          case TEXT -> node.isTextual();
          case FLAG -> node.isBoolean() || node.isTextual();
          case LIST -> node.isTextual() || node.isArray();
        };
    if (!fits) {
      throw new InvalidOptionException(
          formatted(
              "[config] setting '%s' in %s expected %s but got %s",
              option.name(), path, kind.words(), JsonFile.describe(node)));
    }
    return switch (node.getNodeType()) {
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          kind == ValueType.Kind.WHOLE ? (Object) node.longValue() : (Object) node.doubleValue();
      case ARRAY -> {
        List<String> texts = new ArrayList<>();
        node.forEach(item -> texts.add(item.asText()));
        yield texts;
      }
      default -> node.textValue();
    };
  }
}
