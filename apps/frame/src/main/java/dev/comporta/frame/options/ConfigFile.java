package dev.comporta.frame.options;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings from a JSON object whose keys are names of options. */
public final class ConfigFile {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_NESTING = 16;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

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
    JsonNode root = parse(path);
    if (!root.isObject()) {
      throw new InvalidOptionException(
          formatted("[config] expected a JSON object in %s but got %s", path, describe(root)));
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    root.properties()
        .forEach(entry ->
            settings.put(
                entry.getKey(),
                value(path, options.find(owner, entry.getKey()), entry.getValue())));
    return settings;
  }

  private static JsonNode parse(Path path) {
    try {
      return JSON.readTree(content(path));
    } catch (NoSuchFileException e) {
      throw new InvalidOptionException(
          formatted("[config] expected a JSON file but there is no %s", path));
    } catch (MismatchedInputException e) { // only text after the object, as it is read untyped
      throw new InvalidOptionException(
          formatted(
              "[config] expected one JSON object in %s but more follows it; remove what follows",
              path));
    } catch (JsonProcessingException e) {
      throw new InvalidOptionException(
          formatted(
              "[config] %s is not JSON at line %d, column %d: %s",
              path,
              e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
              e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
              Printable.sentence(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new InvalidOptionException(formatted("[config] %s cannot be read: %s", path, e));
    }
  }

  private static byte[] content(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new InvalidOptionException(
            formatted(
                "[config] expected a JSON file of at most %d KiB but %s is longer",
                MOST_BYTES >> 10, path));
      }
      return content;
    }
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
              option.name(), path, kind.words(), describe(node)));
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

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case MISSING -> "nothing";
      case NULL -> "null";
      default -> Printable.quote(node);
    };
  }
}
