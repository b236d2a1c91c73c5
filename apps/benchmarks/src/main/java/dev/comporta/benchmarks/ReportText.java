package dev.comporta.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON of a report, and the numbers of its table. */
final class ReportText {
  private ReportText() {}

  /** A report as one JSON object. */
  static String json(Record report) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("[bench] the report could not be written as JSON", e);
    }
  }

  static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }

  static String time(@Nullable Double micros) {
    if (micros == null) {
      return "";
    }
    if (micros >= 1e6) {
      return String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }
    if (micros >= 1e3) {
      return String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
    }
    return String.format(Locale.ROOT, "%.2f us", micros);
  }
}
