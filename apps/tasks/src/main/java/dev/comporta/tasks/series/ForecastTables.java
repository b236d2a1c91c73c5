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
import dev.comporta.training.data.SeriesWindows;
import dev.comporta.training.metrics.HorizonErrors;
import dev.comporta.view.SeriesPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What forecasters do with tables: their scores, and the rows that follow the last one. */
final class ForecastTables {
  private ForecastTables() {}

  /** The metric with the error one step ahead on held-out rows, normalised. */
  static final String SPREAD = "spread of errors";

  /** So many standard deviations on either side hold nine of ten errors, if they are normal. */
  private static final double NINE_OF_TEN = 1.645;

  /** Scores all windows from a row on, next to the baselines on the same rows, and draws them. */
  static Score score(
      LoadedModel model, CsvTable table, int firstRow, int batch, @Nullable Path picture) {
    Forecaster forecaster = model.forecaster();
    SeriesWindows.Layout layout = forecaster.layout();
    int columns = forecaster.columns().size();
    int horizon = layout.horizon();
    SeriesWindows windows =
        new SeriesWindows(
            forecaster.normal(table.values()), layout, firstRow, table.rows(), batch, null);
    double[] series = column(table.values(), columns);
    int firstTarget = firstRow + layout.timesteps();
    HorizonErrors errors = new HorizonErrors(horizon);
    double spread = model.content().metrics().getOrDefault(SPREAD, 0.0);
    List<SeriesPicture.Row> drawn = new ArrayList<>();
    for (int index = 0; index < windows.chunks(); index++) {
      Batch chunk = windows.batch(0, index);
      float[] predicted =
          model.with(runner -> runner.predict(chunk, runner.newCarry(batch))); // [1, B, H]
      int filled = Math.min(batch, windows.windows() - index * batch);
      for (int row = 0; row < filled; row++) {
        int next = firstTarget + index * batch + row;
        float first = predicted[row * horizon];
        if (picture != null) {
          drawn.add(
              new SeriesPicture.Row(
                  next + 1,
                  series[next],
                  forecaster.value(first),
                  forecaster.value(first - NINE_OF_TEN * spread),
                  forecaster.value(first + NINE_OF_TEN * spread)));
        }
        for (int step = 0; step < horizon; step++) {
          errors.add(step, forecaster.value(predicted[row * horizon + step]), series[next + step]);
        }
      }
    }
    if (picture != null) {
      SeriesPicture.write(
          picture,
          Printable.quote(forecaster.columns().getFirst()),
          "range of 90 % of the values, by the errors on held-out rows of the training part",
          drawn);
    }
    Baselines baselines = Baselines.of(model.content());
    return new ForecastScores(
            forecaster,
            errors,
            baselines,
            baselines.errors(series, firstTarget, table.rows(), horizon),
            windows.windows())
        .score();
  }

  /** The first column of a table. */
  static double[] column(double[] values, int columns) {
    double[] series = new double[values.length / columns];
    for (int row = 0; row < series.length; row++) {
      series[row] = values[row * columns];
    }
    return series;
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
