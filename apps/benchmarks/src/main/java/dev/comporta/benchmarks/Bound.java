package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The time that a row cannot go below on this machine, and how close it comes.
 *
 * @param by what limits it: {@code fma} (arithmetic) or {@code bandwidth} (reading the weights)
 * @param micros the least time of an execution, in microseconds
 * @param share the least time as a fraction of our median time
 */
public record Bound(
    @JsonProperty String by, @JsonProperty("us") double micros, @JsonProperty double share) {
  /** In words, such as {@code 81 % of fma}. */
  String text() {
    return formatted("%.0f %% of %s", 100 * share, by);
  }
}
