package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Score;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.data.StoredNormalization;
import dev.comporta.frame.model.OpenModel;
import dev.comporta.frame.options.Settings;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.HorizonErrors;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A trained forecaster with the columns that it reads and their normalisation. */
record Forecaster(
    OpenModel model,
    List<String> columns,
    SeriesWindows.Layout layout,
    Normalization normalization) {
  static Forecaster of(OpenModel model) {
    Settings trained = model.trained(new Forecast());
    List<String> columns = Forecast.columns(trained);
    SeriesWindows.Layout layout =
        new SeriesWindows.Layout(
            columns.size(), 0, trained.get(Forecast.WINDOW), model.model().outputSize());
    return new Forecaster(model, columns, layout, StoredNormalization.of(model.file(), columns));
  }

  /** Scores all windows from a row on. */
  Score score(CsvTable table, float[] normal, int firstRow, int batch) {
    SeriesWindows windows = new SeriesWindows(normal, layout, firstRow, table.rows(), batch, null);
    ModelRunner runner = model.runner();
    HorizonErrors errors = new HorizonErrors(layout.horizon());
    RegressionErrors last = new RegressionErrors();
    for (int index = 0; index < windows.chunks(); index++) {
      float[] predicted =
          runner.predict(windows.batch(0, index), runner.newCarry(batch)); // [1, B, H]
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
  static void predict(OpenModel model, Settings settings, Ability.Exchange exchange) {
    Forecaster forecaster = of(model);
    CsvTable table =
        CsvTable.read(
            exchange.input(), exchange.inputName(), CsvFormat.of(settings), forecaster.columns);
    int horizon = settings.find(Forecast.HORIZON).orElse(forecaster.layout.horizon());
    String column = Printable.quote(forecaster.columns.getFirst());
    double[] values = forecaster.next(table, horizon);
    for (int step = 0; step < horizon; step++) {
      String head = step == 0 ? formatted("step,%s%n", column) : "";
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("step", step + 1);
      answer.put("column", column);
      answer.put("value", values[step]);
      exchange.answer(answer, head + formatted("%d,%s", step + 1, values[step]));
    }
  }

  private double[] next(CsvTable table, int horizon) {
    int window = layout.timesteps();
    if (table.rows() < window) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows, the model's window, but got %d",
              window, table.rows()));
    }
    if (horizon > layout.horizon() && columns.size() > 1) {
      throw new InvalidOptionException(
          formatted(
              "--horizon expected at most %d, as the model was trained, because the other input columns of later rows are not known, but got %d",
              layout.horizon(), horizon));
    }
    int last = table.rows() * columns.size();
    double[] series = Arrays.copyOfRange(table.values(), last - window * columns.size(), last);
    double[] all = Arrays.copyOf(series, series.length + horizon); // beyond the first, one column
    for (int done = 0; done < horizon; done += layout.horizon()) {
      double[] input = Arrays.copyOfRange(all, done, done + series.length);
      Batch batch = Batch.ofValues(window, 1, columns.size(), normalization.apply(input), null);
      float[] output = model.runner().predict(batch, model.runner().newCarry(1));
      for (int step = 0; step < Math.min(layout.horizon(), horizon - done); step++) {
        all[series.length + done + step] = normalization.undo(output[step], 0);
      }
    }
    return Arrays.copyOfRange(all, series.length, all.length);
  }
}
