package dev.comporta.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * The values that a forecaster expects.
 *
 * @param column the name of the column that they continue
 * @param values the value of each following row, the next one first, in the column's own unit; with
 *     quantiles, the quantile closest to one half
 * @param quantiles the quantiles of each following row, in ascending order; empty for a model
 *     without quantiles
 */
public record SeriesForecast(String column, List<Double> values, List<List<Double>> quantiles) {
  /** Copies the lists. */
  public SeriesForecast {
    values = List.copyOf(values);
    List<List<Double>> copies = new ArrayList<>();
    quantiles.forEach(row -> copies.add(List.copyOf(row)));
    quantiles = List.copyOf(copies);
  }

  /**
   * A forecast without quantiles.
   *
   * @param column the name of the column
   * @param values the value of each following row
   */
  public SeriesForecast(String column, List<Double> values) {
    this(column, values, List.of());
  }
}
