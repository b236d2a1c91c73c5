package dev.comporta.tasks.series;

/**
 * Exponential smoothing with a trend and a season (Holt 1957; Winters 1960): level l, trend b and
 * season s of length m.
 *
 * <pre>
 * additive        l = alpha (x - s[t - m]) + (1 - alpha)(l + b)    s[t] = gamma (x - l) + (1 - gamma) s[t - m]
 * multiplicative  l = alpha  x / s[t - m]  + (1 - alpha)(l + b)    s[t] = gamma  x / l  + (1 - gamma) s[t - m]
 *                 b = beta (l - l before) + (1 - beta) b
 * forecast        l + h b + s[t + h - m]   or   (l + h b) s[t + h - m]
 * </pre>
 *
 * <p>The first season gives the first level and seasonal values, the difference between the means
 * of the first two seasons the first trend. Without a season, the first two values do.
 *
 * @param season m, 0 for none
 * @param multiplicative whether the season multiplies
 * @param alpha of the level
 * @param beta of the trend
 * @param gamma of the season
 */
record ExponentialSmoothing(
    int season, boolean multiplicative, double alpha, double beta, double gamma) {
  private static final double[] ALPHAS = {0.05, 0.2, 0.4, 0.6, 0.8, 0.95};
  private static final double[] BETAS = {0, 0.01, 0.1, 0.3};
  private static final double[] GAMMAS = {0.05, 0.2, 0.5, 0.8};
  private static final double FINEST = 0.004;
  private static final int MOST_ROWS = 20_000;

  /** The rows from which the first level, trend and season follow. */
  int beginning() {
    return Math.max(2, 2 * season);
  }

  /**
   * The smoothing with the smallest squared errors one step ahead, found on a grid and then by
   * shorter and shorter steps along each factor.
   *
   * @param series one value per row
   * @param rows the rows of the training part
   * @param season m, 0 for none
   * @return the best one; without a season if there are fewer than three
   */
  static ExponentialSmoothing fit(double[] series, int rows, int season) {
    int from = Math.max(0, rows - MOST_ROWS);
    int m = season > 1 && rows - from >= 3 * season ? season : 0;
    ExponentialSmoothing best = null;
    double least = Double.POSITIVE_INFINITY;
    boolean positive = true;
    for (int t = from; t < rows; t++) {
      positive &= series[t] > 0;
    }
    for (int kind = 0; kind < (m > 0 && positive ? 2 : 1); kind++) {
      for (double alpha : ALPHAS) {
        for (double beta : BETAS) {
          for (double gamma : m > 0 ? GAMMAS : new double[1]) {
            var tried = new ExponentialSmoothing(m, kind == 1, alpha, beta, gamma);
            double squares = tried.squares(series, from, rows);
            if (best == null || squares < least) {
              best = tried;
              least = squares;
            }
          }
        }
      }
    }
    return best == null
        ? new ExponentialSmoothing(0, false, 1, 0, 0)
        : best.refined(series, from, rows);
  }

  private ExponentialSmoothing refined(double[] series, int from, int rows) {
    ExponentialSmoothing best = this;
    double least = squares(series, from, rows);
    for (double step = 0.1; step > FINEST; step /= 2) {
      boolean better = true;
      for (int pass = 0; better && pass < 20; pass++) {
        better = false;
        for (int factor = 0; factor < (season > 0 ? 3 : 2); factor++) {
          for (double way : new double[] {-step, step}) {
            ExponentialSmoothing tried = best.moved(factor, way);
            double squares = tried.squares(series, from, rows);
            if (squares < least) {
              best = tried;
              least = squares;
              better = true;
            }
          }
        }
      }
    }
    return best;
  }

  private ExponentialSmoothing moved(int factor, double way) {
    return new ExponentialSmoothing(
        season,
        multiplicative,
        factor == 0 ? inside(alpha + way) : alpha,
        factor == 1 ? inside(beta + way) : beta,
        factor == 2 ? inside(gamma + way) : gamma);
  }

  private static double inside(double factor) {
    return Math.max(0, Math.min(1, factor));
  }

  private double squares(double[] series, int from, int rows) {
    Run run = new Run(series, from);
    double squares = 0;
    for (int t = from + beginning(); t < rows; t++) {
      run.to(t - 1);
      double error = run.forecast(1) - series[t];
      squares += error * error;
    }
    return squares;
  }

  /** The state of a series, which advances row by row. */
  final class Run {
    private final double[] series;
    private final double[] seasons;
    private double level;
    private double trend;
    private int last;

    /** Starts at a row, and reads {@link ExponentialSmoothing#beginning} rows. */
    Run(double[] series, int from) {
      this.series = series;
      this.seasons = new double[Math.max(1, season)];
      if (season == 0) {
        level = series[from + 1];
        trend = series[from + 1] - series[from];
        last = from + 1;
        return;
      }
      double first = 0;
      double second = 0;
      for (int i = 0; i < season; i++) {
        first += series[from + i] / season;
        second += series[from + season + i] / season;
      }
      level = first;
      trend = (second - first) / season;
      for (int i = 0; i < season; i++) {
        double value = series[from + i];
        seasons[(from + i) % season] = multiplicative ? value / first : value - first;
      }
      last = from + season - 1;
      to(from + beginning() - 1);
    }

    /** Reads rows up to one. */
    void to(int row) {
      while (last < row) {
        last++;
        double value = series[last];
        double before = level;
        int at = season == 0 ? 0 : last % season;
        double own = seasons[at];
        double bare = season == 0 ? value : multiplicative ? value / own : value - own;
        level = alpha * bare + (1 - alpha) * (level + trend);
        trend = beta * (level - before) + (1 - beta) * trend;
        if (season > 0) {
          double now = multiplicative ? value / level : value - level;
          seasons[at] = gamma * now + (1 - gamma) * own;
        }
      }
    }

    /** The forecast of so many steps, from 1, after the last row that was read. */
    double forecast(int steps) {
      double straight = level + steps * trend;
      if (season == 0) {
        return straight;
      }
      double own = seasons[(last + steps) % season];
      return multiplicative ? straight * own : straight + own;
    }
  }
}
