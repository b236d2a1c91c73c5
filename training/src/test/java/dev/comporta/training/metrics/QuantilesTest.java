package dev.comporta.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantilesTest {
  @Test
  void levelsAreParsed() {
    Quantiles quantiles = Quantiles.parse("--quantiles", "0.1, .4,0.6,0.95");
    assertThat(quantiles.levels()).containsExactly(0.1, 0.4, 0.6, 0.95);
    assertThat(quantiles.middle()).isEqualTo(1);
    assertThat(quantiles.width()).isCloseTo(0.85, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.1,1|expected numbers between 0 and 1 but got 1.0",
        "0,0.5|expected numbers between 0 and 1 but got 0.0",
        "-0.5|expected numbers between 0 and 1 but got -0.5",
        "0.9,0.1|expected numbers in ascending order but got 0.1 after 0.9",
        "0.5,0.5|expected numbers in ascending order but got 0.5 after 0.5",
        "0.5,|separated by commas, such as 0.1,0.5,0.9, but got nothing between commas",
        "half|separated by commas, such as 0.1,0.5,0.9, but got 'half'",
        "NaN|separated by commas, such as 0.1,0.5,0.9, but got 'NaN'",
      })
  void refusesWhatIsNoLevel(String text, String expected) {
    assertThatThrownBy(() -> Quantiles.parse("--quantiles", text))
        .hasMessageStartingWith("--quantiles expected ")
        .hasMessageEndingWith(expected);
  }

  @Test
  void theEmpiricalQuantileHasTheLowestPinballLoss() {
    CounterRandom random = new CounterRandom(5);
    double[] values = new double[201];
    Arrays.setAll(values, random::normal);
    Arrays.sort(values);
    for (double level : List.of(0.1, 0.5, 0.75)) {
      double best = Quantiles.empirical(values, level);
      double lowest = loss(values, level, best);
      for (double other : values) {
        assertThat(loss(values, level, other)).isGreaterThanOrEqualTo(lowest - 1e-9);
      }
    }
    assertThat(Quantiles.empirical(new double[] {1, 2}, 0.25)).isEqualTo(1.25);
    assertThat(Quantiles.empirical(new double[] {7}, 0.9)).isEqualTo(7);
  }

  private static double loss(double[] values, double level, double forecast) {
    return Arrays.stream(values).map(it -> Quantiles.pinball(level, forecast, it)).sum();
  }

  @Test
  void errorsAreMeansOverForecastsAndQuantiles() {
    QuantileErrors errors = new QuantileErrors(2, new Quantiles(List.of(0.25, 0.75)));
    errors.add(0, new double[] {1, 3}, 2); // 0.25 + 0.25
    errors.add(0, new double[] {1, 3}, 5); // 1 + 1.5
    errors.add(1, new double[] {1, 3}, 1); // 0 + 0.5
    assertThat(errors.pinballByStep()).containsExactly((0.25 + 1.25) / 2, 0.25);
    assertThat(errors.pinball()).isCloseTo(1.75 / 3, within(1e-12));
    assertThat(errors.coverageByStep()).containsExactly(0.5, 1.0);
    assertThat(errors.coverage()).isCloseTo(2 / 3.0, within(1e-12));
  }
}
