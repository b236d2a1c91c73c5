package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.data.Normalization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts without a network, fitted to the training part: the last value, the value a season ago,
 * a linear autoregression of the series, and exponential smoothing. A model file holds their
 * coefficients among its metrics, so that a model is compared with the same baselines on any file.
 *
 * @param season the season of the series, 0 for none
 * @param scale the mean absolute difference from the value a season ago, or from the last value if
 *     there is no season, in the training part: the denominator of MASE (Hyndman and Koehler 2006);
 *     NaN if it is not known
 * @param autoregression of the series one step ahead, or null
 * @param smoothing or null
 */
record Baselines(
    int season,
    double scale,
    @Nullable LagForecast autoregression,
    @Nullable ExponentialSmoothing smoothing) {
  /** The most lags of the linear autoregression. */
  private static final int LAGS = 24;

  /** The fewest equations for each lag. */
  private static final int EQUATIONS = 2;

  /** The longest season that a file may hold. */
  private static final double LONGEST = 1e6;

  private static final String SEASON = "season";
  private static final String SCALE = "seasonal error";
  private static final String LAG = "autoregression lag ";
  private static final String CONSTANT = "autoregression constant";
  private static final String ALPHA = "smoothing of the level";
  private static final String BETA = "smoothing of the trend";
  private static final String GAMMA = "smoothing of the season";
  private static final String LENGTH = "smoothing season";
  private static final String MULTIPLIES = "smoothing season multiplies";

  /**
   * Fits the baselines.
   *
   * @param series one value per row
   * @param rows the rows of the training part
   * @param season 0 for none
   */
  static Baselines fit(double[] series, int rows, int season) {
    int step = season > 1 ? season : 1;
    double sum = 0;
    for (int t = step; t < rows; t++) {
      sum += Math.abs(series[t] - series[t - step]);
    }
    double scale = rows > step ? sum / (rows - step) : Double.NaN;
    int lags = Math.min(LAGS, (rows - 2) / (EQUATIONS + 1));
    LagForecast linear = null;
    if (lags >= 1) {
      Normalization own = Normalization.fit(series, 1, rows);
      double[] normal = new double[rows];
      for (int t = 0; t < rows; t++) {
        normal[t] = (series[t] - own.means()[0]) / own.deviations()[0];
      }
      Autoregression rule = new Autoregression(0, 0, lags, 0, 0);
      LagForecast fitted = rule.forecast(rule.regression(normal, 1, 0, rows, 1), 1, 1);
      double weights = 0;
      for (double weight : fitted.weights()) {
        weights += weight;
      }
      double constant =
          fitted.constants()[0] * own.deviations()[0] + own.means()[0] * (1 - weights);
      linear = new LagForecast(1, lags, 1, fitted.weights(), new double[] {constant});
    }
    ExponentialSmoothing smoothing =
        rows > 3 ? ExponentialSmoothing.fit(series, rows, season) : null;
    return new Baselines(season, scale, linear, smoothing);
  }

  /**
   * What comes before the names of the constants of one series: nothing in a model of one column of
   * one series.
   *
   * @param target the column, empty if there is one
   * @param series the name of the series, empty if there is one
   */
  static String prefix(String target, String series) {
    if (target.isEmpty() && series.isEmpty()) {
      return "";
    }
    return StoredNormalization.name(formatted("%s of series %s", target, series)) + ": ";
  }

  /**
   * What a model file holds of them.
   *
   * @param prefix of the names
   */
  Map<String, Double> constants(String prefix) {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants().forEach((name, value) -> constants.put(prefix + name, value));
    return constants;
  }

  private Map<String, Double> constants() {
    Map<String, Double> constants = new LinkedHashMap<>();
    constants.put(SEASON, (double) season);
    constants.put(SCALE, scale);
    if (autoregression != null) {
      constants.put(CONSTANT, autoregression.constants()[0]);
      for (int i = 0; i < autoregression.lags(); i++) {
        constants.put(LAG + (i + 1), autoregression.weights()[i]);
      }
    }
    if (smoothing != null) {
      constants.put(ALPHA, smoothing.alpha());
      constants.put(BETA, smoothing.beta());
      constants.put(GAMMA, smoothing.gamma());
      constants.put(LENGTH, (double) smoothing.season());
      constants.put(MULTIPLIES, smoothing.multiplicative() ? 1.0 : 0);
    }
    return constants;
  }

  /**
   * Those of a model file; older files hold none, and no file those of a series that was not there
   * in training.
   *
   * @param file the content of the file
   * @param prefix of the names
   */
  static Baselines of(ModelFile file, String prefix) {
    Map<String, Double> metrics = file.metrics();
    if (!metrics.containsKey(prefix + SEASON)) {
      return new Baselines(0, Double.NaN, null, null);
    }
    LagForecast linear = null;
    int lags = 0;
    while (lags < LAGS && metrics.containsKey(prefix + LAG + (lags + 1))) {
      lags++;
    }
    if (lags > 0) {
      double[] weights = new double[lags];
      for (int i = 0; i < lags; i++) {
        weights[i] = metrics.getOrDefault(prefix + LAG + (i + 1), 0.0);
      }
      double[] constant = {metrics.getOrDefault(prefix + CONSTANT, 0.0)};
      linear = new LagForecast(1, lags, 1, weights, constant);
    }
    ExponentialSmoothing smoothing = null;
    if (metrics.containsKey(prefix + ALPHA)) {
      smoothing =
          new ExponentialSmoothing(
              size(metrics, prefix + LENGTH),
              metrics.getOrDefault(prefix + MULTIPLIES, 0.0) > 0,
              metrics.getOrDefault(prefix + ALPHA, 1.0),
              metrics.getOrDefault(prefix + BETA, 0.0),
              metrics.getOrDefault(prefix + GAMMA, 0.0));
    }
    return new Baselines(
        size(metrics, prefix + SEASON),
        metrics.getOrDefault(prefix + SCALE, Double.NaN),
        linear,
        smoothing);
  }

  private static int size(Map<String, Double> metrics, String name) {
    double value = metrics.getOrDefault(name, 0.0);
    return value >= 2 && value <= LONGEST ? (int) value : 0;
  }

  /** Takes the forecast of a step, from 0, by a baseline, and the value. */
  @FunctionalInterface
  interface Taker {
    void take(String baseline, int step, double forecast, double actual);
  }

  /** Their names, those of baselines that need more rows before the first forecast left out. */
  List<String> names(int firstTarget) {
    List<String> names = new ArrayList<>(List.of("last_value"));
    if (season > 1 && season <= firstTarget) {
      names.add("seasonal_last_value");
    }
    if (autoregression != null && autoregression.lags() <= firstTarget) {
      names.add("autoregression");
    }
    if (smoothing != null && smoothing.beginning() <= firstTarget) {
      names.add("exponential_smoothing");
    }
    return names;
  }

  /**
   * The forecasts of each baseline of {@link #names}.
   *
   * @param series one value per row
   * @param firstTarget the first row that is forecast
   * @param rows of the series
   * @param horizon the steps of each forecast
   * @param taker is given each of them
   */
  void forecasts(double[] series, int firstTarget, int rows, int horizon, Taker taker) {
    List<String> names = names(firstTarget);
    LagForecast rule = names.contains("autoregression") ? autoregression : null;
    ExponentialSmoothing.Run run =
        smoothing != null && names.contains("exponential_smoothing")
            ? smoothing.new Run(series, 0)
            : null;
    for (int next = firstTarget; next + horizon <= rows; next++) {
      double[] ahead = rule == null ? new double[0] : iterated(rule, series, next, horizon);
      if (run != null) {
        run.to(next - 1);
      }
      for (int h = 0; h < horizon; h++) {
        double actual = series[next + h];
        taker.take("last_value", h, series[next - 1], actual);
        if (names.contains("seasonal_last_value")) {
          taker.take("seasonal_last_value", h, series[next - season + h % season], actual);
        }
        if (rule != null) {
          taker.take("autoregression", h, ahead[h], actual);
        }
        if (run != null) {
          taker.take("exponential_smoothing", h, run.forecast(h + 1), actual);
        }
      }
    }
  }

  /** Forecasts of one step after another, each read by the next. */
  private static double[] iterated(LagForecast rule, double[] series, int next, int horizon) {
    double[] rows = new double[rule.lags() + horizon];
    System.arraycopy(series, next - rule.lags(), rows, 0, rule.lags());
    for (int h = 0; h < horizon; h++) {
      rows[rule.lags() + h] = rule.at(rows, rule.lags() + h - 1, 0);
    }
    double[] ahead = new double[horizon];
    System.arraycopy(rows, rule.lags(), ahead, 0, horizon);
    return ahead;
  }

  /** What a baseline is, in words. */
  String words(String name) {
    return switch (name) {
      case "last_value" -> "the last value";
      case "seasonal_last_value" -> formatted("the value %d rows before", season);
      case "autoregression" ->
          formatted(
              "a linear autoregression of %d rows",
              autoregression == null ? 0 : autoregression.lags());
      default -> "exponential smoothing";
    };
  }
}
