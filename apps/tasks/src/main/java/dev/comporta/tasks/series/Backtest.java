package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.FigureSpread;
import dev.comporta.frame.Score;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.series.SeriesTable.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The same model, without training again, on consecutive parts of the rows, to show how its errors
 * and those of the baselines vary in time.
 */
final class Backtest {
  private Backtest() {}

  /**
   * Scores each part.
   *
   * @param model the forecaster
   * @param table all rows of which are forecast
   * @param whole the score on all rows
   * @param origins how many parts
   * @param batch windows at once
   */
  static Score of(LoadedModel model, SeriesTable table, Score whole, int origins, int batch) {
    Forecaster forecaster = model.forecaster();
    List<Map<String, Object>> each = new ArrayList<>();
    for (int origin = 1; origin <= origins; origin++) {
      List<Slice> slices = new ArrayList<>();
      for (SeriesTable.Series series : table.series()) {
        int rows = series.end() - series.from() - forecaster.window();
        if ((long) forecaster.horizon() * origins > rows) {
          throw new InvalidOptionException(
              formatted(
                  "--backtest expected at most %d parts of %d rows, each with %d or more to forecast, but got %d",
                  Math.max(0, rows) / forecaster.horizon(), rows, forecaster.horizon(), origins));
        }
        slices.add(
            new Slice(
                series,
                series.from() + (int) ((long) rows * (origin - 1) / origins),
                series.from() + forecaster.window() + (int) ((long) rows * origin / origins)));
      }
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("origin", origin);
      figures.putAll(ForecastScoring.of(model, table, slices, batch, null).figures());
      each.add(figures);
    }
    FigureSpread spread = FigureSpread.of(each, Set.of("origin", "season", "expected_coverage"));
    Map<String, Object> figures = new LinkedHashMap<>(whole.figures());
    figures.put("backtest", spread.figures());
    figures.put("origins", each);
    return new Score(
        whole.metric(),
        whole.lowerIsBetter(),
        whole.baseline(),
        figures,
        formatted(
            "%s%n%d consecutive parts of the rows, forecast by the same model without training it again: mean, standard deviation, lowest and highest%n%s",
            whole.text(), origins, spread.text().stripTrailing()),
        whole.detail());
  }
}
