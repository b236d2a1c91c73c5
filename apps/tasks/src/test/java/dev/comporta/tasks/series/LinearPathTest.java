package dev.comporta.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the linear path, against their definitions and on series whose rule is known. */
class LinearPathTest {
  private static final int SEED = 5;

  /** Gradient descent on the objective finds the same minimum as the normal equations. */
  @Test
  void ridgeRegressionMinimisesItsObjective() {
    Random random = new Random(SEED);
    int columns = 4;
    LeastSquares squares = new LeastSquares(columns, 2);
    double[][] x = new double[40][];
    double[][] y = new double[40][];
    for (int i = 0; i < x.length; i++) {
      x[i] = new double[] {random.nextGaussian(), 3 * random.nextGaussian(), i % 3, 1};
      y[i] = new double[] {2 * x[i][0] - x[i][1] + 5 + random.nextGaussian(), x[i][2]};
      squares.add(x[i], y[i]);
    }
    double penalty = 0.05;
    double[] solution = squares.solve(penalty);
    double[] norms = new double[columns];
    for (double[] row : x) {
      for (int j = 0; j < columns; j++) {
        norms[j] += row[j] * row[j];
      }
    }
    for (int target = 0; target < 2; target++) {
      for (int j = 0; j < columns; j++) { // the derivative by each coefficient is zero
        double slope = j == columns - 1 ? 0 : penalty * norms[j] * solution[j * 2 + target];
        for (int i = 0; i < x.length; i++) {
          double error = -y[i][target];
          for (int k = 0; k < columns; k++) {
            error += x[i][k] * solution[k * 2 + target];
          }
          slope += error * x[i][j];
        }
        assertThat(slope).isCloseTo(0, offset(1e-5));
      }
    }
    assertThat(squares.rows()).isEqualTo(40);
  }

  @Test
  void columnsOfZerosAndCopiesOfColumnsHaveASolution() {
    LeastSquares squares = new LeastSquares(4, 1);
    for (int i = 0; i < 20; i++) {
      squares.add(new double[] {i, i, 0, 1}, new double[] {3 * i + 1});
    }
    double[] solution = squares.solve(0);
    assertThat(solution[0] + solution[1]).isCloseTo(3, offset(1e-4));
    assertThat(solution[2]).isZero();
    assertThat(solution[3]).isCloseTo(1, offset(1e-3));
  }

  /** Differences and seasons are undone step by step, as in the Javadoc of the class. */
  @ParameterizedTest
  @CsvSource({"0,0,3,0", "1,0,2,0", "0,4,2,2", "1,4,3,1", "1,4,0,0", "0,4,0,0"})
  void forecastsAsFunctionsOfTheLastRowsAreThoseOfTheDifferences(
      int differences, int season, int order, int inputs) {
    Random random = new Random(SEED);
    int columns = 2;
    int rows = 90;
    int horizon = 6;
    double[] values = new double[rows * columns];
    for (int t = 0; t < rows; t++) {
      values[t * columns] = Math.sin(t * Math.PI / 2) + 0.02 * t + 0.3 * random.nextGaussian();
      values[t * columns + 1] = random.nextGaussian();
    }
    Autoregression rule = new Autoregression(differences, season, order, inputs, 1e-3);
    LeastSquares squares = rule.regression(values, columns, 0, rows, horizon);
    assertThat(squares.rows()).isEqualTo(rows - rule.lags() - horizon + 1);
    double[] solution = squares.solve(1e-3);
    LagForecast forecast = rule.forecast(squares, columns, horizon);
    int last = 70;
    double[] series = new double[last + 1 + horizon];
    for (int t = 0; t <= last; t++) {
      series[t] = values[t * columns];
    }
    for (int h = 0; h < horizon; h++) {
      int at = last + 1 + h;
      double expected = solution[(order + inputs) * horizon + h];
      for (int i = 0; i < order; i++) {
        expected += solution[i * horizon + h] * difference(series, last - i, differences, season);
      }
      for (int i = 0; i < inputs; i++) {
        expected += solution[(order + i) * horizon + h] * values[(last - i) * columns + 1];
      }
      // the unknown value is what makes the difference the one that was forecast
      series[at] = 0;
      series[at] = expected - difference(series, at, differences, season);
      assertThat(forecast.at(values, last, h)).isCloseTo(series[at], offset(1e-9));
    }
  }

  private static double difference(double[] series, int t, int differences, int season) {
    if (differences > 0) {
      return difference(series, t, 0, season) - difference(series, t - 1, 0, season);
    }
    return season > 0 ? series[t] - series[t - season] : series[t];
  }

  private static LinearPath path(double[] series, int season, DoubleUnaryOperator undo) {
    return LinearPath.of(
        new LinearPath.Part(series, 1, whole(series), 48, 1, season, undo), "auto");
  }

  private static List<LinearPath.Span> whole(double[] series) {
    return List.of(new LinearPath.Span(0, series.length));
  }

  @Test
  void anAutoregressionIsFoundAgain() {
    Random random = new Random(SEED);
    double[] series = new double[4000];
    for (int t = 2; t < series.length; t++) {
      series[t] = 1.2 * series[t - 1] - 0.5 * series[t - 2] + random.nextGaussian();
    }
    LinearPath path = path(series, 0, value -> value);
    assertThat(path.forecast().weights()[0]).isCloseTo(1.2, offset(0.05));
    assertThat(path.forecast().weights()[1]).isCloseTo(-0.5, offset(0.08));
    assertThat(path.rmse()).isCloseTo(1, offset(0.05)); // the noise, which nothing forecasts
    assertThat(path.members()).hasSizeBetween(1, LinearPath.PICKS);
    assertThat(path.differenced()).isFalse();
    assertThat(path.heldOut()).isEqualTo(1600);
    assertThat(path.errors()[0]).hasSize(1600).isSorted();
    assertThat(path.spread()).isCloseTo(1, offset(0.05));
  }

  @Test
  void aTrendWithASeasonIsForecastExactly() {
    double[] series = new double[120];
    for (int t = 0; t < series.length; t++) {
      series[t] = 0.5 * t + new double[] {3, -1, 7, 2, 0}[t % 5];
    }
    assertThat(Season.of(series, series.length)).isEqualTo(5);
    LinearPath path = path(series, 5, value -> value);
    assertThat(path.rmse()).isLessThan(1e-6);
    assertThat(path.forecast().at(series, 118, 0)).isCloseTo(series[119], offset(1e-6));
  }

  @Test
  void fewRowsGiveTheLastValue() {
    LinearPath path = path(new double[] {1, 5}, 0, value -> value);
    assertThat(path.members()).isEqualTo(List.of("the last value"));
    assertThat(path.forecast().at(new double[] {1, 5}, 1, 0)).isEqualTo(5);
  }

  @Test
  void differencesCanBeRuledOut() {
    double[] series = new double[200];
    for (int t = 0; t < series.length; t++) {
      series[t] = Math.sin(t);
    }
    for (String wish : List.of("yes", "no")) {
      LinearPath path =
          LinearPath.of(new LinearPath.Part(series, 1, whole(series), 20, 2, 0, v -> v), wish);
      assertThat(path.differenced()).isEqualTo(wish.equals("yes"));
      assertThat(path.members()).allMatch(it -> it.contains("differences") == wish.equals("yes"));
    }
  }

  @Test
  void seasonsAreFoundOnlyWhereTheyAre() {
    Random random = new Random(SEED);
    double[] noise = random.doubles(500).toArray();
    assertThat(Season.of(noise, 500)).isZero();
    assertThat(Season.of(new double[50], 50)).isZero();
    assertThat(Season.of(new double[] {1, 2}, 2)).isZero();
    double[] months = new double[150];
    for (int t = 0; t < months.length; t++) {
      months[t] = t + 20 * Math.sin(t * Math.PI / 6) + noise[t];
    }
    assertThat(Season.of(months, 100)).isEqualTo(12);
    double[] line = new double[60];
    for (int t = 0; t < line.length; t++) {
      line[t] = 3.0 * t;
    }
    assertThat(Season.of(line, 60)).isZero();
  }
}
