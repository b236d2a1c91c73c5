package dev.comporta.inference.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dates and words as numbers. */
class SeriesColumnsTest {
  private static final SeriesColumns COLUMNS =
      new SeriesColumns(
          List.of("load"),
          List.of("wind"),
          List.of(DateFeature.HOUR, DateFeature.MONTH),
          List.of(new SeriesColumns.Category("sky", List.of("rain", "sun"))));

  @Test
  void aRowHasTheNumbersThatItsNamesSay() {
    assertThat(COLUMNS.names())
        .containsExactly(
            "load",
            "wind",
            "sine of the hour",
            "cosine of the hour",
            "sine of the month",
            "cosine of the month",
            "sky is rain",
            "sky is sun");
    double[] row = {9, 9, 7, 5, 0, 0, 0, 0, 0, 0, 9};
    LocalDateTime date = LocalDateTime.of(2024, 7, 1, 6, 0);
    assertThat(COLUMNS.encode(date, List.of("sun"), row, 2)).isTrue();
    double[] expected = {9, 9, 7, 5, 1, 0, 0, -1, 0, 1, 9};
    for (int i = 0; i < row.length; i++) {
      assertThat(row[i]).as("%d", i).isCloseTo(expected[i], within(1e-12));
    }
    assertThat(COLUMNS.encode(date, List.of("snow"), row, 2)).isFalse();
    assertThat(row[8] + row[9]).isZero();
  }

  @Test
  void theEndOfACycleIsNextToItsBeginning() {
    for (DateFeature feature : DateFeature.values()) {
      double[] end = new double[2];
      double[] begin = new double[2];
      feature.encode(LocalDateTime.of(2023, 12, 31, 23, 59), end, 0); // a Sunday
      feature.encode(LocalDateTime.of(2024, 1, 1, 0, 0), begin, 0);
      double apart = Math.hypot(end[0] - begin[0], end[1] - begin[1]);
      assertThat(apart).as(feature.word()).isLessThan(0.9);
      assertThat(Math.hypot(end[0], end[1])).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void namesAreReadAndCheckedOnce() {
    assertThat(DateFeature.parse("hour, yearday"))
        .containsExactly(DateFeature.HOUR, DateFeature.YEARDAY);
    assertThat(DateFeature.parse("")).isEmpty();
    assertThatThrownBy(() -> DateFeature.parse("hour,,month"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("month, weekday, hour, yearday");
    assertThatThrownBy(() -> StoredSeries.columns("a", "", "b, a", "", List.of()))
        .hasMessageContaining("'a' is named twice");
    assertThat(StoredSeries.columns("", "a, b", "", "month", List.of()).targets())
        .containsExactly("a", "b");
  }
}
