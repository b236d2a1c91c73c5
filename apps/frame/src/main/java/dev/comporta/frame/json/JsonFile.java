package dev.comporta.frame.json;

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

/** A file of one JSON object, bounded in size and depth, without duplicate keys. */
public final class JsonFile {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_NESTING = 32;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * {@return the object}
   *
   * @param label what messages begin with, such as {@code [config]}
   * @param path the file
   * @throws InvalidOptionException if the file cannot be read or is not one JSON object
   */
  public static JsonNode object(String label, Path path) {
    JsonNode root = parse(label, path);
    if (!root.isObject()) {
      throw new InvalidOptionException(
          formatted("%s expected a JSON object in %s but got %s", label, path, describe(root)));
    }
    return root;
  }

  private static JsonNode parse(String label, Path path) {
    try {
      return JSON.readTree(content(label, path));
    } catch (NoSuchFileException e) {
      throw new InvalidOptionException(
          formatted("%s expected a JSON file but there is no %s", label, path));
    } catch (MismatchedInputException e) { // only text after the object, as it is read untyped
      throw new InvalidOptionException(
          formatted(
              "%s expected one JSON object in %s but more follows it; remove what follows",
              label, path));
    } catch (JsonProcessingException e) {
      throw new InvalidOptionException(
          formatted(
              "%s %s is not JSON at line %d, column %d: %s",
              label,
              path,
              e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
              e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
              Printable.sentence(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new InvalidOptionException(formatted("%s %s cannot be read: %s", label, path, e));
    }
  }

  private static byte[] content(String label, Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new InvalidOptionException(
            formatted(
                "%s expected a JSON file of at most %d KiB but %s is longer",
                label, MOST_BYTES >> 10, path));
      }
      return content;
    }
  }

  /**
   * {@return a value in words, for messages}
   *
   * @param node the value
   */
  public static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case MISSING -> "nothing";
      case NULL -> "null";
      default -> Printable.quote(node);
    };
  }
}
