package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.cells.model.Batch;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Score;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.HorizonErrors;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What forecasters do with tables: their scores, and the rows that follow the last one. */
final class ForecastTables {
  private ForecastTables() {}

  /** Scores all windows from a row on. */
  static Score score(LoadedModel model, CsvTable table, float[] normal, int firstRow, int batch) {
    Forecaster forecaster = model.forecaster();
    SeriesWindows.Layout layout = forecaster.layout();
    List<String> columns = forecaster.columns();
    Normalization normalization = forecaster.normalization();
    SeriesWindows windows = new SeriesWindows(normal, layout, firstRow, table.rows(), batch, null);
    HorizonErrors errors = new HorizonErrors(layout.horizon());
    RegressionErrors last = new RegressionErrors();
    for (int index = 0; index < windows.chunks(); index++) {
      Batch chunk = windows.batch(0, index);
      float[] predicted =
          model.with(runner -> runner.predict(chunk, runner.newCarry(batch))); // [1, B, H]
      int filled = Math.min(batch, windows.windows() - index * batch);
      for (int row = 0; row < filled; row++) {
        int next = firstRow + index * batch + row + layout.timesteps();
        for (int step = 0; step < layout.horizon(); step++) {
          double actual = table.values()[(next + step) * columns.size()];
          float output = predicted[row * layout.horizon() + step];
          errors.add(step, normalization.undo(output, 0), actual);
          last.add(table.values()[(next - 1) * columns.size()], actual);
        }
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("rmse", errors.all().rmse());
    figures.put("mae", errors.all().mae());
    figures.put("last_value_rmse", last.rmse());
    figures.put("last_value_mae", last.mae());
    figures.put("forecasts", windows.windows());
    figures.put("rmse_by_step", errors.rmseByStep());
    String text =
        formatted(
            "%s: RMSE %.4g, MAE %.4g over %,d forecasts of %d %s; the last value: RMSE %.4g, MAE %.4g%s",
            Printable.quote(columns.getFirst()),
            errors.all().rmse(),
            errors.all().mae(),
            windows.windows(),
            layout.horizon(),
            layout.horizon() == 1 ? "value" : "values",
            last.rmse(),
            last.mae(),
            errors.table());
    return Score.lower("rmse", figures, text).against("the last value", last.rmse());
  }

  /** Forecasts what follows the last row; beyond the trained horizon, forecasts are fed back. */
  static void predict(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    Forecaster forecaster = model.forecaster();
    CsvTable table =
        CsvTable.read(
            exchange.input(), exchange.inputName(), CsvFormat.of(settings), forecaster.columns());
    int horizon = settings.find(Forecast.HORIZON).orElse(forecaster.horizon());
    String column = Printable.quote(forecaster.columns().getFirst());
    List<Double> values = forecaster.forecast(table.values(), horizon).values();
    for (int step = 0; step < horizon; step++) {
      String head = step == 0 ? formatted("step,%s%n", column) : "";
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("step", step + 1);
      answer.put("column", column);
      answer.put("value", values.get(step));
      exchange.answer(answer, head + formatted("%d,%s", step + 1, values.get(step)));
    }
  }
}
