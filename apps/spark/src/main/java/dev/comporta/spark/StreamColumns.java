package dev.comporta.spark;

import java.util.List;

/**
 * The columns of a stream of events.
 *
 * @param key whose events belong to one session: a string or a whole number
 * @param time when an event happened: a timestamp with a watermark
 * @param values what the network reads at a timestep: a column of ids for a network that begins
 *     with an embedding; otherwise a column for each feature, or one column with an array of all
 */
public record StreamColumns(String key, String time, List<String> values) {
  /** Copies the list. */
  public StreamColumns {
    values = List.copyOf(values);
  }

  /**
   * Columns by their names.
   *
   * @param key whose events belong to one session
   * @param time when an event happened
   * @param values what the network reads at a timestep
   */
  public StreamColumns(String key, String time, String... values) {
    this(key, time, List.of(values));
  }
}
