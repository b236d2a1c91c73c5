package dev.comporta.tasks.series;

import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.Quantiles;
import java.util.List;

/**
 * The linear paths of all columns to forecast as one layer in parallel with the network. Quantiles
 * of a value start at its forecast plus the quantiles of the errors on held-out rows.
 *
 * @param lags P, how many rows it reads
 * @param kernel {@code [P F, O]}
 * @param bias {@code [O]}
 * @param centered whether the network reads differences from the last row
 */
@SuppressWarnings("ArrayRecordComponent") // created once, never compared
record ParallelPath(int lags, float[] kernel, float[] bias, boolean centered) {
  /** A table with another column first: the first column and this one change places. */
  static double[] swapped(double[] values, int width, int column) {
    if (column == 0) {
      return values;
    }
    double[] swapped = values.clone();
    for (int row = 0; row < values.length; row += width) {
      swapped[row] = values[row + column];
      swapped[row + column] = values[row];
    }
    return swapped;
  }

  /**
   * Joins paths.
   *
   * @param paths one for each column to forecast, each for a table that is {@link #swapped}
   * @param width F
   * @param layout of the outputs
   * @param levels of quantiles; empty for none
   */
  static ParallelPath of(
      List<LinearPath> paths, int width, SeriesWindows.Layout layout, List<Double> levels) {
    int lags = paths.stream().mapToInt(it -> it.forecast().lags()).max().orElse(1);
    int outputs = layout.outputs();
    float[] kernel = new float[lags * width * outputs];
    float[] bias = new float[outputs];
    int differenced = 0;
    for (int target = 0; target < paths.size(); target++) {
      LinearPath path = paths.get(target);
      LagForecast forecast = path.forecast();
      differenced += path.differenced() ? 1 : 0;
      for (int step = 0; step < layout.horizon(); step++) {
        for (int q = 0; q < layout.repeats(); q++) {
          int place = layout.place(step, target, q);
          bias[place] = (float) (forecast.constants()[step] + shift(path, step, levels, q));
          for (int i = 0; i < forecast.lags() * width; i++) {
            int column = i % width;
            int own = column == 0 ? target : column == target ? 0 : column;
            kernel[(i - column + own) * outputs + place] =
                (float) forecast.weights()[i * layout.horizon() + step];
          }
        }
      }
    }
    return new ParallelPath(lags, kernel, bias, 2 * differenced > paths.size());
  }

  private static double shift(LinearPath path, int step, List<Double> levels, int level) {
    return levels.isEmpty() || path.errors().length == 0
        ? 0
        : Quantiles.empirical(path.errors()[step], levels.get(level));
  }
}
