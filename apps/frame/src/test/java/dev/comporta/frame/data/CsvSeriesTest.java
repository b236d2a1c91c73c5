package dev.comporta.frame.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.data.CsvFormat.Missing;
import java.io.BufferedReader;
import java.io.StringReader;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers, words, dates and groups of one file. */
class CsvSeriesTest {
  private static final String FILE =
      """
      when,shop,sold,sky
      2024-01-01,a,1,sun
      2024-01-01,b,7,
      2024-01-02,a,,rain
      2024-01-02,b,8,fog
      """;

  private static CsvSeries read(String text, Missing missing, boolean dated, String group) {
    return CsvSeries.read(
        new BufferedReader(new StringReader(text)),
        "shops.csv",
        new CsvFormat(',', false, missing, CsvFormat.AUTO),
        new CsvSeries.Wanted(List.of("sold"), List.of("sky"), dated, group));
  }

  @Test
  void aMissingValueIsThatOfThePreviousRecordOfTheSameSeries() {
    CsvSeries read = read(FILE, Missing.PREVIOUS, true, "shop");
    assertThat(read.table().values()).containsExactly(1, 1, 8);
    assertThat(read.groups()).containsExactly("a", "a", "b");
    assertThat(read.words()).containsExactly(List.of("sun"), List.of("rain"), List.of("fog"));
    assertThat(read.lines()).containsExactly(2L, 4L, 5L);
    assertThat(read.dates())
        .containsExactly(
            LocalDateTime.of(2024, 1, 1, 0, 0),
            LocalDateTime.of(2024, 1, 2, 0, 0),
            LocalDateTime.of(2024, 1, 2, 0, 0));
    assertThat(read(FILE, Missing.DROP, false, "shop").lines()).containsExactly(2L, 5L);
    assertThat(read(FILE, Missing.PREVIOUS, false, null).table().values())
        .containsExactly(1, 7, 7, 8);
  }

  @Test
  void aMissingWordOrDateIsNamedWithItsLine() {
    assertThatThrownBy(() -> read(FILE, Missing.REJECT, false, null))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[csv] expected a word of at most 1000 characters at line 3, column 4 ('sky') of shops.csv but got nothing");
    String undated = FILE.replace("2024-01-02,b", "soon,b");
    assertThat(read(undated, Missing.PREVIOUS, false, null).table().rows()).isEqualTo(4);
    assertThatThrownBy(() -> read(undated, Missing.PREVIOUS, true, null))
        .hasMessageContaining("at line 5, column 1 ('when') of shops.csv but got 'soon'");
    String ungrouped = FILE.replace(",b,8", ",,8");
    assertThatThrownBy(() -> read(ungrouped, Missing.PREVIOUS, true, "shop"))
        .hasMessageContaining("at line 5, column 2 ('shop')");
  }

  @Test
  void datesAreInOrderWithinEachSeries() {
    String turned = FILE + "2024-01-01,c,1,sun\n";
    assertThat(read(turned, Missing.PREVIOUS, false, "shop").groups()).hasSize(4);
    assertThatThrownBy(() -> read(turned, Missing.PREVIOUS, false, null))
        .hasMessageContaining("line 6 has 2024-01-01 after 2024-01-02 in line 5");
  }

  @Test
  void theHashIsOfAllThatWasRead() {
    String whole = read(FILE, Missing.PREVIOUS, true, "shop").sha256();
    assertThat(read(FILE, Missing.PREVIOUS, true, "shop").sha256()).isEqualTo(whole);
    for (String other :
        List.of(
            FILE.replace("fog", "sun"),
            FILE.replace("01-02,b", "01-03,b"),
            FILE.replace(",b,", ",x,"))) {
      assertThat(read(other, Missing.PREVIOUS, true, "shop").sha256()).isNotEqualTo(whole);
    }
  }
}
