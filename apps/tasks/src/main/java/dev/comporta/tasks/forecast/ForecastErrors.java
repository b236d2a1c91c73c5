package dev.comporta.tasks.forecast;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Errors in the units of the file, of a model and of saying the last value of the window again.
 *
 * @param model those of the model
 * @param last those of the last value
 */
record ForecastErrors(RegressionErrors model, RegressionErrors last) {
  /**
   * Measures all windows of the validation part.
   *
   * @param values as read, not normalised
   * @param firstRow the row of the first window
   */
  static ForecastErrors of(
      ModelRunner runner,
      SeriesWindows windows,
      double[] values,
      SeriesWindows.Layout layout,
      int firstRow,
      Normalization normalization) {
    RegressionErrors model = new RegressionErrors();
    RegressionErrors last = new RegressionErrors();
    for (int index = 0; index < windows.chunks(); index++) {
      float[] predicted =
          runner.predict(windows.batch(0, index), runner.newCarry(windows.rows())); // [1, B, H]
      int filled = Math.min(windows.rows(), windows.windows() - index * windows.rows());
      for (int row = 0; row < filled; row++) {
        int next = firstRow + index * windows.rows() + row + layout.timesteps();
        double before = column(values, layout, next - 1);
        for (int ahead = 0; ahead < layout.horizon(); ahead++) {
          double actual = column(values, layout, next + ahead);
          float output = predicted[row * layout.horizon() + ahead];
          model.add(normalization.undo(output, layout.target()), actual);
          last.add(before, actual);
        }
      }
    }
    return new ForecastErrors(model, last);
  }

  private static double column(double[] values, SeriesWindows.Layout layout, int row) {
    return values[row * layout.columns() + layout.target()];
  }

  Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("rmse", model.rmse());
    figures.put("mae", model.mae());
    figures.put("last_value_rmse", last.rmse());
    figures.put("last_value_mae", last.mae());
    return figures;
  }

  String sentence(ForecastSettings settings) {
    return formatted(
        "%s, %d ahead, over the last %,d values: RMSE %.4g, MAE %.4g; saying the last value again: RMSE %.4g, MAE %.4g",
        Printable.quote(settings.inputs().getFirst()),
        settings.horizon(),
        model.count(),
        model.rmse(),
        model.mae(),
        last.rmse(),
        last.mae());
  }
}
