package dev.comporta.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.comporta.training.metrics.HorizonErrors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The baselines against their definitions. */
class BaselinesTest {
  private static double[] sales(int rows) {
    Random random = new Random(3);
    double[] series = new double[rows];
    for (int t = 0; t < rows; t++) {
      double season = 1 + 0.3 * Math.sin(t * Math.PI / 2);
      series[t] = (100 + 2 * t) * season + random.nextGaussian();
    }
    return series;
  }

  /** Written out once more, with a season by absolute row and the state in arrays. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void exponentialSmoothingIsThatOfHoltAndWinters(boolean multiplicative) {
    double[] x = sales(40);
    int m = 4;
    double alpha = 0.3;
    double beta = 0.2;
    double gamma = 0.4;
    double[] level = new double[x.length];
    double[] trend = new double[x.length];
    double[] season = new double[x.length];
    double first = (x[0] + x[1] + x[2] + x[3]) / 4;
    double second = (x[4] + x[5] + x[6] + x[7]) / 4;
    for (int t = 0; t < m; t++) {
      season[t] = multiplicative ? x[t] / first : x[t] - first;
    }
    level[m - 1] = first;
    trend[m - 1] = (second - first) / m;
    for (int t = m; t < x.length; t++) {
      double bare = multiplicative ? x[t] / season[t - m] : x[t] - season[t - m];
      level[t] = alpha * bare + (1 - alpha) * (level[t - 1] + trend[t - 1]);
      trend[t] = beta * (level[t] - level[t - 1]) + (1 - beta) * trend[t - 1];
      double now = multiplicative ? x[t] / level[t] : x[t] - level[t];
      season[t] = gamma * now + (1 - gamma) * season[t - m];
    }
    var smoothing = new ExponentialSmoothing(m, multiplicative, alpha, beta, gamma);
    ExponentialSmoothing.Run run = smoothing.new Run(x, 0);
    for (int last : new int[] {8, 9, 20, 39}) {
      run.to(last);
      for (int h = 1; h <= m; h++) {
        double straight = level[last] + h * trend[last];
        double own = season[last + h - m];
        assertThat(run.forecast(h))
            .isCloseTo(multiplicative ? straight * own : straight + own, offset(1e-9));
      }
    }
  }

  @Test
  void theFactorsOfSmoothingAreAMinimum() {
    double[] x = sales(120);
    ExponentialSmoothing best = ExponentialSmoothing.fit(x, 100, 4);
    assertThat(best.multiplicative()).isTrue();
    double least = squares(best, x);
    for (double way : new double[] {-0.05, 0.05}) {
      double alpha = Math.clamp(best.alpha() + way, 0, 1);
      var other = new ExponentialSmoothing(4, true, alpha, best.beta(), best.gamma());
      assertThat(squares(other, x)).isGreaterThanOrEqualTo(least);
    }
    assertThat(ExponentialSmoothing.fit(x, 100, 0).season()).isZero();
    assertThat(ExponentialSmoothing.fit(x, 11, 4).season()).as("two seasons only").isZero();
  }

  private static double squares(ExponentialSmoothing rule, double[] x) {
    ExponentialSmoothing.Run run = rule.new Run(x, 0);
    double squares = 0;
    for (int t = 8; t < 100; t++) {
      run.to(t - 1);
      squares += Math.pow(run.forecast(1) - x[t], 2);
    }
    return squares;
  }

  private static Map<String, HorizonErrors> errors(
      Baselines baselines, double[] x, int first, int horizon) {
    Map<String, HorizonErrors> errors = new LinkedHashMap<>();
    baselines.forecasts(
        x,
        first,
        x.length,
        horizon,
        (name, step, forecast, actual) ->
            errors
                .computeIfAbsent(name, _ -> new HorizonErrors(horizon))
                .add(step, forecast, actual));
    return errors;
  }

  @Test
  void repeatedValuesAreMeasuredStepByStep() {
    double[] x = {1, 2, 4, 1, 2, 5, 1, 2, 6, 1, 2, 7};
    Map<String, HorizonErrors> errors = errors(new Baselines(3, 1, null, null), x, 9, 2);
    assertThat(errors.keySet()).containsExactly("last_value", "seasonal_last_value");
    // forecasts of rows 9 and 10, then of 10 and 11
    assertThat(errors.get("last_value").bySteps().get(0).mae()).isEqualTo((5 + 1) / 2.0);
    assertThat(errors.get("last_value").bySteps().get(1).mae()).isEqualTo((4 + 6) / 2.0);
    assertThat(errors.get("seasonal_last_value").bySteps().get(0).mae()).isZero();
    assertThat(errors.get("seasonal_last_value").bySteps().get(1).mae()).isEqualTo(0.5);
  }

  @Test
  void theAutoregressionIsALeastSquaresFitOfTheSeriesItself() {
    Random random = new Random(4);
    double[] x = new double[300];
    for (int t = 1; t < x.length; t++) {
      x[t] = 1000 + 0.7 * (t == 1 ? 0 : x[t - 1] - 1000) + random.nextGaussian();
    }
    x[0] = 1000;
    Baselines fitted = Baselines.fit(x, 200, 0);
    LagForecast rule = Objects.requireNonNull(fitted.autoregression());
    assertThat(rule.lags()).isEqualTo(24);
    double residuals = 0; // least squares with a constant: residuals sum to zero
    for (int t = 24; t < 200; t++) {
      residuals += x[t] - rule.at(x, t - 1, 0);
    }
    assertThat(residuals / 176).isCloseTo(0, offset(1e-5));
    double steps = 0;
    for (int t = 1; t < 200; t++) {
      steps += Math.abs(x[t] - x[t - 1]);
    }
    assertThat(fitted.scale()).isCloseTo(steps / 199, offset(1e-12));
    assertThat(errors(fitted, x, 10, 1))
        .as("too few rows before")
        .doesNotContainKey("autoregression");
  }
}
