package dev.comporta.tasks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Settings in a JSON file: one object whose keys are the names of a task's options, without the
 * hyphens in front. What the command line gives wins over the file.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ConfigFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Settings are a few lines. */
  private static final int LONGEST = 1 << 20;

  private ConfigFile() {}

  /**
   * Reads the settings for a task.
   *
   * @param path the file
   * @param task whose options are allowed
   * @return values by option name, as {@link dev.comporta.api.model.Spec} holds them
   * @throws InvalidOptionException if the file cannot be read, is not such an object, or a value
   *     has another type
   * @throws UnknownNameException if the task has no option of a key's name
   */
  public static Map<String, Object> read(Path path, Task task) {
    JsonNode root = parse(path);
    if (!root.isObject()) {
      throw new InvalidOptionException(
          formatted(
              "[config] expected one JSON object with settings in %s but got %s",
              path, describe(root)));
    }
    List<String> known = task.options().stream().map(TaskOption::name).toList();
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      TaskOption option =
          task.options().stream()
              .filter(candidate -> candidate.name().equals(entry.getKey()))
              .findFirst()
              .orElseThrow(() ->
                  new UnknownNameException(
                      "setting of " + task.name() + " in " + path, entry.getKey(), known));
      settings.put(option.name(), value(path, option, entry.getValue()));
    }
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
              "[config] expected one JSON object in %s but more follows it at line %d, column %d; remove what follows",
              path, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
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
      byte[] content = in.readNBytes(LONGEST + 1);
      if (content.length > LONGEST) {
        throw new InvalidOptionException(
            formatted(
                "[config] expected a JSON file of at most %d KiB but %s is longer",
                LONGEST >> 10, path));
      }
      return content;
    }
  }

  private static Object value(Path path, TaskOption option, JsonNode node) {
    boolean fits =
        switch (option.type()) {
          case WHOLE -> node.isIntegralNumber() && node.canConvertToLong();
          case REAL -> node.isNumber();
          case TEXT -> node.isTextual();
        };
    if (!fits) {
      throw new InvalidOptionException(
          formatted(
              "[config] setting '%s' in %s expected %s but got %s",
              option.name(), path, option.type().words(), describe(node)));
    }
    return switch (option.type()) {
      case WHOLE -> node.longValue();
      case REAL -> node.doubleValue();
      case TEXT -> node.textValue();
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
