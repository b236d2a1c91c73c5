package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.tasks.series.Faults.Fault;
import java.util.List;
import java.util.Map;

/**
 * How well alarms agree with known faults. Alarms in sequence are one alarm. It is right if it has
 * a row in common with a fault or begins at most {@value #AFTER} rows after it, where a series
 * returns to its level.
 *
 * @param alarms how many there are
 * @param right how many of them are right
 * @param faults how many there are
 * @param found how many of them have an alarm
 * @param delay the mean number of rows from the beginning of a fault to its first alarm; NaN if
 *     none is found
 */
record AlarmScores(int alarms, int right, int faults, int found, double delay) {
  /** So many rows after a fault belong to it. */
  static final int AFTER = 5;

  /**
   * Counts.
   *
   * @param departs by row, from row {@code from} on
   * @param from the row of the first one
   * @param faults in order
   */
  static AlarmScores of(boolean[] departs, int from, List<Fault> faults) {
    int alarms = 0;
    int right = 0;
    for (int i = 0; i < departs.length; i++) {
      if (!departs[i] || (i > 0 && departs[i - 1])) {
        continue;
      }
      int end = i;
      while (end < departs.length && departs[end]) {
        end++;
      }
      int first = from + i;
      int last = from + end - 1;
      alarms++;
      if (faults.stream().anyMatch(it -> first < it.end() + AFTER && last >= it.start())) {
        right++;
      }
    }
    int found = 0;
    double delays = 0;
    for (Fault fault : faults) {
      for (int row = fault.start(); row < fault.end() + AFTER; row++) {
        if (row - from < departs.length && departs[row - from]) {
          found++;
          delays += row - fault.start();
          break;
        }
      }
    }
    return new AlarmScores(alarms, right, faults.size(), found, delays / found);
  }

  /** Right alarms among the alarms; 0 without alarms. */
  double precision() {
    return alarms == 0 ? 0 : right / (double) alarms;
  }

  /** Faults that were found among the faults. */
  double recall() {
    return faults == 0 ? 0 : found / (double) faults;
  }

  /** The harmonic mean of precision and recall. */
  double f1() {
    double sum = precision() + recall();
    return sum == 0 ? 0 : 2 * precision() * recall() / sum;
  }

  /** Adds the figures under names with a prefix. */
  void put(Map<String, Object> figures, String prefix) {
    figures.put(prefix + "f1", f1());
    figures.put(prefix + "precision", precision());
    figures.put(prefix + "recall", recall());
    figures.put(prefix + "delay", delay);
    figures.put(prefix + "alarms", alarms);
  }

  /** In words. */
  String words() {
    return formatted(
        "precision %.3f, recall %.3f, F1 %.3f%s, %d %s for %d %s",
        precision(),
        recall(),
        f1(),
        found == 0 ? "" : formatted(", delay %.1f rows", delay),
        alarms,
        alarms == 1 ? "alarm" : "alarms",
        faults,
        faults == 1 ? "fault" : "faults");
  }
}
