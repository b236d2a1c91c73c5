package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.frame.Ability;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.SeriesForecast;
import dev.comporta.inference.content.StoredSeries;
import dev.comporta.serialization.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows that follow the last one of each series, as lines of CSV or JSON. */
final class ForecastAnswers {
  private ForecastAnswers() {}

  /** What a model reads of a file. */
  static SeriesFile.Wanted wanted(LoadedModel model) {
    ModelFile content = model.content();
    String group = content.provenance().hyperParameters().reader().text(StoredSeries.GROUP, "");
    return new SeriesFile.Wanted(model.forecaster().inputs(), group.isEmpty() ? null : group);
  }

  /** Forecasts what follows the last row; beyond the trained horizon, forecasts are fed back. */
  static void predict(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    Forecaster forecaster = model.forecaster();
    SeriesFile.Wanted wanted = wanted(model);
    SeriesFile file =
        SeriesFile.read(exchange.input(), exchange.inputName(), CsvFormat.of(settings), wanted);
    SeriesTable table = file.table(forecaster.inputs(), exchange::log);
    requireRows(forecaster, file, wanted.group() != null);
    int horizon = settings.find(Forecast.HORIZON).orElse(forecaster.horizon());
    String head = head(forecaster, wanted) + System.lineSeparator();
    for (SeriesTable.Series series : table.series()) {
      int first = Math.max(series.from(), series.end() - forecaster.window());
      table.require(forecaster.scale(), first, series.end());
      double[] rows =
          Arrays.copyOfRange(
              table.table().values(), series.from() * table.width(), series.end() * table.width());
      List<SeriesForecast> forecasts = forecaster.forecasts(rows, horizon);
      for (int step = 0; step < horizon; step++) {
        exchange.answer(
            figures(forecaster, series, forecasts, step),
            head + line(wanted, series, forecasts, step));
        head = "";
      }
    }
  }

  /** Names the series that is too short, if there are several. */
  private static void requireRows(Forecaster forecaster, SeriesFile file, boolean grouped) {
    for (SeriesTable.Series series : file.series()) {
      int rows = series.end() - series.from();
      if (grouped && rows < forecaster.window()) {
        throw new ComportaException(
            formatted(
                "[forecast] expected at least %d rows, the model's window, but %s has %d",
                forecaster.window(), file.nameOf(series), rows));
      }
    }
  }

  private static String field(String text) {
    String quoted = Printable.quote(text);
    return quoted.indexOf(',') < 0 && quoted.indexOf('"') < 0
        ? quoted
        : '"' + quoted.replace("\"", "\"\"") + '"';
  }

  private static String head(Forecaster forecaster, SeriesFile.Wanted wanted) {
    List<String> names = new ArrayList<>();
    if (wanted.group() != null) {
      names.add(field(wanted.group()));
    }
    names.add("step");
    for (String target : forecaster.targets()) {
      names.add(field(target));
      forecaster
          .quantiles()
          .ifPresent(it -> it.levels().forEach(level -> names.add(field(target + " " + level))));
    }
    return String.join(",", names);
  }

  private static String line(
      SeriesFile.Wanted wanted,
      SeriesTable.Series series,
      List<SeriesForecast> forecasts,
      int step) {
    List<String> fields = new ArrayList<>();
    if (wanted.group() != null) {
      fields.add(field(series.name()));
    }
    fields.add(String.valueOf(step + 1));
    for (SeriesForecast forecast : forecasts) {
      fields.add(String.valueOf(forecast.values().get(step)));
      if (!forecast.quantiles().isEmpty()) {
        forecast.quantiles().get(step).forEach(it -> fields.add(String.valueOf(it)));
      }
    }
    return String.join(",", fields);
  }

  /** One column has its name and its value; several have a map of values. */
  private static Map<String, Object> figures(
      Forecaster forecaster, SeriesTable.Series series, List<SeriesForecast> forecasts, int step) {
    Map<String, Object> answer = new LinkedHashMap<>();
    if (!series.name().isEmpty()) {
      answer.put("series", Printable.quote(series.name()));
    }
    answer.put("step", step + 1);
    if (forecasts.size() == 1) {
      answer.put("column", Printable.quote(forecasts.getFirst().column()));
      answer.put("value", forecasts.getFirst().values().get(step));
      forecaster
          .quantiles()
          .ifPresent(
              _ -> answer.put("quantiles", quantiles(forecaster, forecasts.getFirst(), step)));
      return answer;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, Object> ranges = new LinkedHashMap<>();
    for (SeriesForecast forecast : forecasts) {
      String column = Printable.quote(forecast.column());
      values.put(column, forecast.values().get(step));
      ranges.put(column, quantiles(forecaster, forecast, step));
    }
    answer.put("values", values);
    forecaster.quantiles().ifPresent(_ -> answer.put("quantiles", ranges));
    return answer;
  }

  private static Map<String, Double> quantiles(
      Forecaster forecaster, SeriesForecast forecast, int step) {
    Map<String, Double> values = new LinkedHashMap<>();
    List<Double> levels = forecaster.quantiles().map(it -> it.levels()).orElse(List.of());
    for (int i = 0; i < levels.size(); i++) {
      values.put(String.valueOf(levels.get(i)), forecast.quantiles().get(step).get(i));
    }
    return values;
  }
}
