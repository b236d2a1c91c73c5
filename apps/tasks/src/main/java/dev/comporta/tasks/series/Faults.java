package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults of sensors, put into a series to see whether they are found: spikes, level shifts, values
 * that are stuck, and bursts of noise (the kinds of Sharma, Golubchik and Govindan 2010, <i>Sensor
 * Faults</i>), in turn, each in a part of its own.
 */
final class Faults {
  private static final int KINDS = 4;

  /** A fault needs so many rows of its own. */
  private static final int ROOM = 40;

  private static final int LONGEST = 20;

  private Faults() {}

  /**
   * Rows that are at fault.
   *
   * @param start the first one
   * @param end one past the last one
   */
  record Fault(int start, int end) {}

  /**
   * Puts faults into the first column.
   *
   * @param values {@code [rows, columns]}; changed
   * @param columns F
   * @param from the first row that may be at fault
   * @param most the most faults
   * @param unit the standard deviation of the differences of the series; a spike is 6 to 10 of
   *     them, a shift 5 to 8, a burst has a deviation of 5
   * @param positive whether the values must stay above 0
   * @param random where, how large and how long
   * @return the faults, in order
   * @throws ComportaException if there is no room for one
   */
  static List<Fault> inject(
      double[] values,
      int columns,
      int from,
      int most,
      double unit,
      boolean positive,
      RandomSource random) {
    int rows = values.length / columns;
    int count = Math.min(most, (rows - from) / ROOM);
    if (count < 1) {
      throw new ComportaException(
          formatted(
              "[anomaly] expected at least %d rows to put a fault into but there are %d; use a longer file, or name a column with known faults with --labels",
              ROOM, rows - from));
    }
    int room = (rows - from) / count;
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length =
          switch (i % KINDS) {
            case 0 -> 1;
            default -> Math.min(LONGEST, room / 4);
          };
      int start = from + i * room + room / 4 + random.below(room / 4, 4L * i);
      double sign = random.below(2, 4L * i + 1) == 0 ? -1 : 1;
      double size = random.uniform(4L * i + 2);
      double stuck = values[start * columns];
      for (int k = 0; k < length; k++) {
        int at = (start + k) * columns;
        double changed =
            switch (i % KINDS) {
              case 0 -> values[at] + sign * (6 + 4 * size) * unit;
              case 1 -> values[at] + sign * (5 + 3 * size) * unit;
              case 2 -> stuck;
              default -> values[at] + 5 * unit * random.stream("burst").normal(1000L * i + k);
            };
        values[at] = positive && !(changed > 0) ? values[at] / 10 : changed;
      }
      faults.add(new Fault(start, start + length));
    }
    return faults;
  }

  /** Runs of rows whose label is not zero, from a row on. */
  static List<Fault> labelled(double[] labels, int from) {
    List<Fault> faults = new ArrayList<>();
    int start = -1;
    for (int row = from; row <= labels.length; row++) {
      boolean at = row < labels.length && labels[row] != 0;
      if (at && start < 0) {
        start = row;
      } else if (!at && start >= 0) {
        faults.add(new Fault(start, row));
        start = -1;
      }
    }
    return faults;
  }
}
