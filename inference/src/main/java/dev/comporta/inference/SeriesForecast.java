package dev.comporta.inference;

import java.util.List;

/**
 * The values that a forecaster expects.
 *
 * @param column the name of the column that they continue
 * @param values the value of each following row, the next one first, in the column's own unit
 */
public record SeriesForecast(String column, List<Double> values) {
  /** Copies the list. */
  public SeriesForecast {
    values = List.copyOf(values);
  }
}
