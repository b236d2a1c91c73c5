package dev.comporta.tasks.series;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.data.CsvTable;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Hourly rows of a load with a daily and a weekly season and noise, for trying out. */
final class GeneratedLoad {
  static final String DESCRIPTION = "a generated load with a daily and a weekly season";
  static final String COLUMN = "value";

  private static final int ROWS = 3000;

  private GeneratedLoad() {}

  /** Noise that lasts. */
  static SeriesSource usual(RandomSource random) {
    return source(random, noise -> 0.6 * noise, 1);
  }

  /**
   * Noise that overshoots: large after it was small, and below zero after it was large on either
   * side (a tent map), which no linear forecast sees.
   */
  static SeriesSource overshooting(RandomSource random) {
    return source(random, noise -> 3 - 1.5 * Math.abs(noise), 0.3);
  }

  private static SeriesSource source(
      RandomSource random, DoubleUnaryOperator next, double deviation) {
    double[] values = new double[ROWS];
    double noise = 0;
    for (int hour = 0; hour < values.length; hour++) {
      noise = next.applyAsDouble(noise) + deviation * random.normal(hour);
      values[hour] =
          50
              + 10 * StrictMath.sin(hour * 2 * Math.PI / 24)
              + 4 * StrictMath.cos(hour * 2 * Math.PI / 168)
              + noise;
    }
    return SeriesSource.generated("a generated load", new CsvTable(List.of(COLUMN), values, ""));
  }
}
