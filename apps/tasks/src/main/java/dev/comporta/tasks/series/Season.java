package dev.comporta.tasks.series;

import java.util.Arrays;

/**
 * The length of the season of a series: the lag of the highest peak of the autocorrelation of its
 * differences.
 */
final class Season {
  /** The weakest correlation that counts as a season. */
  private static final double WEAKEST = 0.3;

  /** The longest season, a year of days. */
  private static final int LONGEST = 366;

  /** A season must be seen so many times. */
  private static final int TIMES = 3;

  /** More rows than this say no more about the season. */
  private static final int MOST_ROWS = 50_000;

  private Season() {}

  /**
   * The season of the first rows.
   *
   * @param series one value per row
   * @param rows how many of them to look at, the last ones first
   * @return 2 or more, or 0 if there is none
   */
  static int of(double[] series, int rows) {
    int from = Math.max(0, rows - MOST_ROWS);
    int count = rows - from - 1;
    if (count < 2 * TIMES) {
      return 0;
    }
    double[] steps = new double[count];
    Arrays.setAll(steps, i -> series[from + i + 1] - series[from + i]);
    double mean = Arrays.stream(steps).average().orElse(0);
    double power = 0;
    for (int i = 0; i < count; i++) {
      steps[i] -= mean;
      power += steps[i] * steps[i];
    }
    if (!(power > 0)) {
      return 0;
    }
    int most = Math.min(LONGEST, count / TIMES);
    double[] correlation = new double[most + 2];
    for (int lag = 1; lag < correlation.length; lag++) {
      double sum = 0;
      for (int i = lag; i < count; i++) {
        sum += steps[i] * steps[i - lag];
      }
      correlation[lag] = sum / power;
    }
    double limit = Math.max(WEAKEST, 2 / Math.sqrt(count));
    int season = 0;
    for (int lag = 2; lag <= most; lag++) {
      if (correlation[lag] > limit
          && correlation[lag] > correlation[lag - 1]
          && correlation[lag] >= correlation[lag + 1]
          && (season == 0 || correlation[lag] > correlation[season])) {
        season = lag;
      }
    }
    return season;
  }
}
