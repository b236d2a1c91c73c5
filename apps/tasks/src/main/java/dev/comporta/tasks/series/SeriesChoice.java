package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.inference.content.StoredScale;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.SeriesWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a forecaster makes of its series before the network: scale, season, normalisation and the
 * linear paths, chosen on the training part.
 *
 * @param scale of the columns to forecast
 * @param season 0 for none
 * @param normalization of all columns, those to forecast on their scale
 * @param paths the linear path of each column to forecast, its own column being the first one of
 *     the table; empty for none
 */
record SeriesChoice(
    StoredScale scale, int season, Normalization normalization, List<LinearPath> paths) {
  /** A logarithm is tried if no value of the training part is below this part of its mean. */
  private static final double SMALL = 0.05;

  SeriesChoice {
    paths = List.copyOf(paths);
  }

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
   * Chooses. The season is that of the first column in the longest series.
   *
   * @param table the series
   * @param parts where the training part of each series ends
   * @param wish what may be chosen
   * @param origin the scale and the normalisation of a model from which training continues, or null
   */
  static SeriesChoice of(
      SeriesTable table, List<ForecastParts> parts, Wish wish, @Nullable SeriesChoice origin) {
    int season = wish.season() == null ? season(table, parts) : wish.season();
    if (origin != null) {
      return origin.withPath(table, parts, wish, season);
    }
    if (!wish.scale().equals("auto")) {
      return scaled(table, parts, wish, season, wish.scale().equals("log"));
    }
    SeriesChoice level = scaled(table, parts, wish, season, false);
    // Errors of several columns have no common unit to compare them in.
    if (!wish.linear() || table.targets().size() > 1 || !isFarAboveZero(table, parts)) {
      return level;
    }
    SeriesChoice log = scaled(table, parts, wish, season, true);
    return log.error() < level.error() ? log : level;
  }

  private static int season(SeriesTable table, List<ForecastParts> parts) {
    int longest = 0;
    for (int i = 1; i < parts.size(); i++) {
      if (fitted(parts.get(i)) > fitted(parts.get(longest))) {
        longest = i;
      }
    }
    SeriesTable.Series series = table.series().get(longest);
    return Season.of(
        table.values(0, series, parts.get(longest).fitted()), fitted(parts.get(longest)));
  }

  private static int fitted(ForecastParts part) {
    return part.fitted() - part.from();
  }

  private double error() {
    return paths.isEmpty() || Double.isNaN(paths.getFirst().rmse())
        ? Double.POSITIVE_INFINITY
        : paths.getFirst().rmse();
  }

  private static boolean isFarAboveZero(SeriesTable table, List<ForecastParts> parts) {
    for (int i = 0; i < parts.size(); i++) {
      SeriesTable.Series series = table.series().get(i);
      double[] values = table.values(0, series, series.end());
      int rows = fitted(parts.get(i));
      double mean = Arrays.stream(values, 0, rows).average().orElse(0);
      double least = Arrays.stream(values, 0, rows).min().orElse(0);
      if (least <= SMALL * mean || !Arrays.stream(values).allMatch(value -> value > 0)) {
        return false;
      }
    }
    return true;
  }

  private static SeriesChoice scaled(
      SeriesTable table, List<ForecastParts> parts, Wish wish, int season, boolean logarithmic) {
    StoredScale scale = new StoredScale(table.targets(), logarithmic);
    int width = table.width();
    double[] values = table.on(scale);
    int rows = 0;
    double[] trained = new double[values.length];
    for (ForecastParts part : parts) {
      int count = part.cut() - part.from();
      System.arraycopy(values, part.from() * width, trained, rows * width, count * width);
      rows += count;
    }
    Normalization normalization = Normalization.fit(trained, width, rows);
    return new SeriesChoice(scale, season, normalization, List.of())
        .withPath(table, parts, wish, season);
  }

  private SeriesChoice withPath(
      SeriesTable table, List<ForecastParts> parts, Wish wish, int length) {
    if (!wish.linear() && !wish.difference().equals("yes")) {
      return new SeriesChoice(scale, length, normalization, List.of());
    }
    int width = table.width();
    double[] values = table.on(scale).clone();
    for (int i = 0; i < values.length; i++) {
      int column = i % width;
      values[i] = (values[i] - normalization.means()[column]) / normalization.deviations()[column];
    }
    List<LinearPath.Span> spans =
        parts.stream().map(it -> new LinearPath.Span(it.from(), it.fitted())).toList();
    List<LinearPath> chosen = new ArrayList<>();
    for (int target = 0; target < table.targets().size(); target++) {
      int column = target;
      LinearPath.Part part =
          new LinearPath.Part(
              ParallelPath.swapped(values, width, column),
              width,
              spans,
              wish.window(),
              wish.horizon(),
              length,
              normal -> scale.undo(normalization.undo(normal, column)));
      chosen.add(wish.linear() ? LinearPath.of(part, wish.difference()) : LinearPath.last(part));
    }
    return new SeriesChoice(scale, length, normalization, chosen);
  }

  /** The error one step ahead of the first linear path on held-out rows, normalised, or NaN. */
  double spread() {
    return paths.isEmpty() ? Double.NaN : paths.getFirst().spread();
  }

  /** The layer that the linear paths are together, or null. */
  @Nullable ParallelPath parallel(
      SeriesTable table, SeriesWindows.Layout layout, List<Double> levels) {
    return paths.isEmpty() ? null : ParallelPath.of(paths, table.width(), layout, levels);
  }

  /** In words, one line. */
  String words() {
    String seasons = season > 1 ? formatted("season of %d rows", season) : "no season";
    String logs = scale.logarithmic() ? "logarithms" : "level";
    if (paths.isEmpty()) {
      return formatted("%s, %s", logs, seasons);
    }
    return formatted(
        "%s, %s; linear path: %s",
        logs,
        seasons,
        IntStream.range(0, paths.size())
            .mapToObj(i ->
                (paths.size() == 1
                        ? ""
                        : formatted("%s: ", Printable.quoted(scale.columns().get(i))))
                    + words(paths.get(i)))
            .collect(Collectors.joining("; ")));
  }

  private static String words(LinearPath path) {
    return path.heldOut() == 0
        ? path.words()
        : formatted(
            "%s (RMSE %.4g on the last %,d rows of the training part, forecast by fits to the rows before)",
            path.words(), path.rmse(), path.heldOut());
  }
}
