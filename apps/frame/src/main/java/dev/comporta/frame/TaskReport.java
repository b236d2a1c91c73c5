package dev.comporta.frame;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param figures what {@code --json} prints: text, numbers, or null where a figure does not exist
 * @param text what is printed otherwise, such as a sample; may be empty
 * @param stopped whether it was interrupted before its end
 */
public record TaskReport(Map<String, @Nullable Object> figures, String text, boolean stopped) {
  /** Copies the figures, keeping their order. */
  public TaskReport {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
