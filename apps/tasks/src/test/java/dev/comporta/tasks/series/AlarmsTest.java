package dev.comporta.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.comporta.api.ComportaException;
import dev.comporta.tasks.series.Faults.Fault;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults that are put into series, and alarms that are counted. */
class AlarmsTest {
  private static boolean[] departs(int rows, int... alarms) {
    boolean[] departs = new boolean[rows];
    for (int alarm : alarms) {
      departs[alarm] = true;
    }
    return departs;
  }

  @Test
  void alarmsAreCountedBySequencesAndFaultsByTheirFirstAlarm() {
    List<Fault> faults = List.of(new Fault(12, 13), new Fault(20, 24), new Fault(40, 42));
    // rows 10 to 59: alarms at 12, at 22 to 25, at 35 to 36, and at 46, the last row of what
    // follows
    AlarmScores scores = AlarmScores.of(departs(50, 2, 12, 13, 14, 15, 25, 26, 36), 10, faults);
    assertThat(scores.alarms()).isEqualTo(4);
    assertThat(scores.right()).isEqualTo(3);
    assertThat(scores.precision()).isEqualTo(0.75);
    assertThat(scores.found()).isEqualTo(3);
    assertThat(scores.recall()).isEqualTo(1);
    assertThat(scores.delay()).isCloseTo((0 + 2 + 6) / 3.0, offset(1e-12));
    assertThat(scores.f1()).isCloseTo(2 * 0.75 / 1.75, offset(1e-12));
    AlarmScores late = AlarmScores.of(departs(50, 37), 10, faults);
    assertThat(late.right()).as("six rows after the fault").isZero();
    assertThat(late.recall()).isZero();
    AlarmScores none = AlarmScores.of(departs(50), 10, faults);
    assertThat(none.precision()).isZero();
    assertThat(none.f1()).isZero();
    assertThat(none.delay()).isNaN();
  }

  @Test
  void faultsAreInTheirRowsOnly() {
    double[] values = new double[2 * 400];
    for (int i = 0; i < values.length; i++) {
      values[i] = 100 + Math.sin(i);
    }
    double[] before = values.clone();
    List<Fault> faults =
        Faults.inject(values, 2, 80, 8, 1, false, new CounterRandom(1).stream("faults"));
    assertThat(faults).hasSize(8);
    assertThat(faults).allMatch(it -> it.start() >= 80 && it.end() <= 400 && it.end() > it.start());
    for (int i = 1; i < faults.size(); i++) {
      assertThat(faults.get(i).start()).isGreaterThan(faults.get(i - 1).end() + AlarmScores.AFTER);
    }
    for (int row = 0; row < 400; row++) {
      int at = row;
      boolean inside = faults.stream().anyMatch(it -> at >= it.start() && at < it.end());
      assertThat(values[2 * row + 1]).as("the other column").isEqualTo(before[2 * row + 1]);
      if (!inside) {
        assertThat(values[2 * row]).isEqualTo(before[2 * row]);
      }
    }
    Fault spike = faults.getFirst();
    assertThat(spike.end() - spike.start()).isEqualTo(1);
    assertThat(Math.abs(values[2 * spike.start()] - before[2 * spike.start()])).isBetween(6., 10.);
    Fault stuck = faults.get(2);
    assertThat(values[2 * stuck.end() - 2]).isEqualTo(before[2 * stuck.start()]);
    assertThatThrownBy(() -> Faults.inject(values, 2, 370, 8, 1, false, new CounterRandom(1)))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected at least 40 rows to put a fault into but there are 30");
  }

  @Test
  void positiveSeriesStayPositive() {
    double[] values = new double[400];
    Arrays.fill(values, 0.5);
    Faults.inject(values, 1, 0, 10, 1, true, new CounterRandom(2).stream("faults"));
    assertThat(Arrays.stream(values).boxed()).allMatch(value -> value > 0);
  }

  @Test
  void labelsAreRunsOfRows() {
    double[] labels = {1, 0, 1, 1, 0, 0, 2};
    assertThat(Faults.labelled(labels, 1)).containsExactly(new Fault(2, 4), new Fault(6, 7));
    assertThat(Faults.labelled(labels, 3)).containsExactly(new Fault(3, 4), new Fault(6, 7));
  }
}
