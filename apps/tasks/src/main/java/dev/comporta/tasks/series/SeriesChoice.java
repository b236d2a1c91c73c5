package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.data.CsvTable;
import dev.comporta.inference.content.StoredScale;
import dev.comporta.training.data.Normalization;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a forecaster makes of its series before the network: scale, season, normalisation and the
 * linear path, chosen on the training part.
 *
 * @param scale of the first column
 * @param season 0 for none
 * @param normalization of all columns, the first one on its scale
 * @param path the linear path, or null
 */
record SeriesChoice(
    StoredScale scale, int season, Normalization normalization, @Nullable LinearPath path) {
  /** A logarithm is tried if no value of the training part is below this part of its mean. */
  private static final double SMALL = 0.05;

  /**
   * What may be chosen.
   *
   * @param scale auto, level or log
   * @param difference auto, yes or no
   * @param linear whether there is a linear path
   * @param season of the series, or null to find it
   * @param window the rows of a window
   * @param horizon the steps of a forecast
   */
  record Wish(
      String scale,
      String difference,
      boolean linear,
      @Nullable Integer season,
      int window,
      int horizon) {}

  /**
   * Chooses.
   *
   * @param table the series
   * @param parts where its training part ends
   * @param wish what may be chosen
   * @param origin the scale and the normalisation of a model from which training continues, or null
   */
  static SeriesChoice of(
      CsvTable table, ForecastParts parts, Wish wish, @Nullable SeriesChoice origin) {
    double[] series = ForecastTables.column(table.values(), table.columns().size());
    int season = wish.season() == null ? Season.of(series, parts.fitted()) : wish.season();
    if (origin != null) {
      return origin.withPath(table, parts, wish, season);
    }
    if (!wish.scale().equals("auto")) {
      return scaled(table, parts, wish, season, wish.scale().equals("log"));
    }
    SeriesChoice level = scaled(table, parts, wish, season, false);
    if (!wish.linear() || !isFarAboveZero(series, parts.fitted())) {
      return level;
    }
    SeriesChoice log = scaled(table, parts, wish, season, true);
    return log.error() < level.error() ? log : level;
  }

  private double error() {
    return path == null || Double.isNaN(path.rmse()) ? Double.POSITIVE_INFINITY : path.rmse();
  }

  private static boolean isFarAboveZero(double[] series, int rows) {
    double mean = Arrays.stream(series, 0, rows).average().orElse(0);
    double least = Arrays.stream(series, 0, rows).min().orElse(0);
    return least > SMALL * mean && Arrays.stream(series).allMatch(value -> value > 0);
  }

  private static SeriesChoice scaled(
      CsvTable table, ForecastParts parts, Wish wish, int season, boolean logarithmic) {
    StoredScale scale = new StoredScale(table.columns().getFirst(), logarithmic);
    int columns = table.columns().size();
    Normalization normalization =
        Normalization.fit(scale.apply(table.values(), columns), columns, parts.cut());
    return new SeriesChoice(scale, season, normalization, null)
        .withPath(table, parts, wish, season);
  }

  private SeriesChoice withPath(CsvTable table, ForecastParts parts, Wish wish, int length) {
    if (!wish.linear() && !wish.difference().equals("yes")) {
      return new SeriesChoice(scale, length, normalization, null);
    }
    int columns = table.columns().size();
    double[] values = scale.apply(table.values(), columns).clone();
    for (int i = 0; i < values.length; i++) {
      int column = i % columns;
      values[i] = (values[i] - normalization.means()[column]) / normalization.deviations()[column];
    }
    LinearPath.Part part =
        new LinearPath.Part(
            values,
            columns,
            parts.fitted(),
            wish.window(),
            wish.horizon(),
            length,
            normal -> scale.undo(normalization.undo(normal, 0)));
    LinearPath chosen =
        wish.linear() ? LinearPath.of(part, wish.difference()) : LinearPath.last(part);
    return new SeriesChoice(scale, length, normalization, chosen);
  }

  /** In words, one line. */
  String words() {
    String seasons = season > 1 ? formatted("season of %d rows", season) : "no season";
    String logs = scale.logarithmic() ? "logarithms" : "level";
    return path == null
        ? formatted("%s, %s", logs, seasons)
        : formatted(
            "%s, %s; linear path: %s%s",
            logs,
            seasons,
            path.words(),
            path.heldOut() == 0
                ? ""
                : formatted(
                    " (RMSE %.4g on the last %,d rows of the training part, forecast by fits to the rows before)",
                    path.rmse(), path.heldOut()));
  }
}
