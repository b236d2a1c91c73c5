package dev.comporta.exchange.files;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Parses JSON of other tools, with limits on depth, names and numbers. */
public final class JsonTree {
  private static final int DEEPEST = 96;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(64)
                          .maxNameLength(4096)
                          .maxStringLength(1 << 24)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonTree() {}

  /** Parses a whole file. */
  public static JsonNode parse(Input input) {
    return parse(input, input.bytes());
  }

  /** Parses bytes from a file. */
  public static JsonNode parse(Input input, byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw input.refuse(
          "its JSON cannot be parsed: "
              + Printable.quoted(e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw input.refuse("its JSON cannot be parsed: " + Printable.quoted(e.getMessage()), e);
    }
  }

  /** Parses text from a file. */
  public static JsonNode parse(Input input, String json) {
    return parse(input, json.getBytes(StandardCharsets.UTF_8));
  }
}
