package dev.comporta.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --json} prints: one object on one line, in ASCII so that no terminal's encoding harms
 * it.
 */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  private Json() {}

  static String line(Map<String, ?> object) {
    try {
      // The mapper leaves DEL, a control character, as it is; it can only stand in text.
      return MAPPER.writeValueAsString(object).replace("\u007f", "\\u007f");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists, text and numbers are JSON", e);
    }
  }

  /** A specification as {@code {"name": ..., "options": {...}}}. */
  static Map<String, @Nullable Object> spec(Spec spec) {
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    spec.options().forEach((name, value) -> options.put(name, value(value)));
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("name", spec.name());
    object.put("options", options);
    return object;
  }

  private static Object value(Object value) {
    return switch (value) {
      case Spec nested -> spec(nested);
      case List<?> list -> list.stream().map(Json::value).toList();
      default -> value;
    };
  }
}
