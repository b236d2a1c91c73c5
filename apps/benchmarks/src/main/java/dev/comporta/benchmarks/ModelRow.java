package dev.comporta.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The measurement of one ONNX file.
 *
 * @param model the name of the file
 * @param inputs the types and shapes of its inputs, states included
 * @param states the output of each state by the name of its input; they are fed back
 * @param times a time for each number of threads
 * @param difference the largest difference from the peer over all outputs of several runs,
 *     absolute, or relative where a number exceeds 1; null if there is no peer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelRow(
    @JsonProperty String model,
    @JsonProperty Map<String, String> inputs,
    @JsonProperty Map<String, String> states,
    @JsonProperty List<Time> times,
    @JsonProperty("largest_difference") @Nullable Double difference) {
  /** Copies the list. */
  public ModelRow {
    times = List.copyOf(times);
  }

  /**
   * Times in microseconds for each run of the graph.
   *
   * @param threads of each library
   * @param ours our median time
   * @param peer the peer's median time, or null
   * @param ratio the peer's median time divided by ours, or null
   * @param spread half the interquartile range as a fraction of the median: of the ratio over the
   *     turns, or of our times if there is no peer
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Time(
      @JsonProperty int threads,
      @JsonProperty("ours_us") double ours,
      @JsonProperty("peer_us") @Nullable Double peer,
      @JsonProperty @Nullable Double ratio,
      @JsonProperty double spread) {}
}
