package dev.comporta.frame.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
  @TempDir private Path folder;

  private CsvTable read(String text, String... columns) throws IOException {
    return CsvTable.read(
        Files.writeString(folder.resolve("t.csv"), text),
        new CsvFormat(',', false, CsvFormat.Missing.REJECT),
        List.of(columns));
  }

  @Test
  void numbersAreKeptInDouble() throws IOException {
    CsvTable table =
        read("a,b\n16777217,1719792000\n9007199254740991,-0.1\n.5,+2E3\n7.,1e-9\n", "a", "b");
    assertThat(table.values())
        .containsExactly(
            16_777_217, 1_719_792_000, 9_007_199_254_740_991.0, -0.1, 0.5, 2000, 7, 1e-9);
    assertThat(table.sha256()).isNotEqualTo(read("a,b\n16777216,1719792000\n", "a", "b").sha256());
  }

  @Test
  void namesAreThoseOfTheHeaderWhateverTheyHold() throws IOException {
    for (String name : List.of("Flow\n(m3/s)", "Wasser\u00adstand", "", "a,b", "n".repeat(5000))) {
      assertThat(read("\"" + name + "\",x\n1,2\n", name).values()).as(name).containsExactly(1);
      assertThat(read("\uFEFF\"" + name + "\",x\n1,2\n", name).values()).containsExactly(1);
    }
    assertThat(read("a,b\r1,2\r3,4\r", "b").values()).containsExactly(2, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e151", "-1e999", "0x10", "1f", "NaN", "1_000", "1e", ".", "+", "1.2.3"})
  void otherNumbersAreRefused(String cell) {
    assertThatThrownBy(() -> read("a\n" + cell + "\n", "a"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("line 2, column 1 ('a')")
        .hasMessageContaining("but got '" + cell + "'");
  }

  @Test
  void aCellIsReadInOneGoAndQuotedInPart() {
    String digits = "1".repeat(2_000_000);
    for (String cell : List.of(digits, digits + "x", digits + "." + digits + "e", "\0" + digits)) {
      assertThatThrownBy(() -> read("a\n" + cell + "\n", "a"))
          .isInstanceOf(ComportaException.class)
          .message()
          .contains("expected a number at line 2")
          .hasSizeLessThan(1000);
    }
    assertThatThrownBy(() -> read("\"" + digits + "\",b\n1,2\n", "a"))
        .message()
        .hasSizeLessThan(1000);
  }

  @Test
  void aLineThatNamesTheSeparatorAllowsADecimalComma() throws IOException {
    CsvFormat comma = new CsvFormat(',', true, CsvFormat.Missing.REJECT);
    Path file = Files.writeString(folder.resolve("s.csv"), "sep=;\na;b\n1,5;2\n");
    assertThat(CsvTable.read(file, comma, List.of("a")).values()).containsExactly(1.5);
    Path plain = Files.writeString(folder.resolve("p.csv"), "a\n1,5\n");
    assertThatThrownBy(() -> CsvTable.read(plain, comma, List.of("a")))
        .hasMessageContaining("--decimal-comma expected another --separator than the comma");
    assertThatThrownBy(() -> read("a\n1,5\n", "a"))
        .hasMessageContaining("line 2 has 2")
        .hasMessageContaining("--decimal-comma and --separator ';'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\"", "1", "a", "."})
  void aLineThatNamesNoUsableSeparatorIsRefused(String separator) {
    assertThatThrownBy(() -> read("sep=" + separator + "\na;b\n1;2\n", "a"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected the line sep= to name a character");
  }
}
