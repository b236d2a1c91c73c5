package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of word vectors. */
class WordVectorsTest {
  @TempDir private Path folder;

  private WordVectors read(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("v"), text);
    return WordVectors.read(file, word -> !word.equals("b"));
  }

  @Test
  void gloveAndFastTextAreRead() throws Exception {
    for (String header : List.of("", "5 2\n")) {
      WordVectors read = read(header + "a 0.5 -1e-1\nb 1 2\n. . . 3 4\r\n3 5 6 \na 7 8\n");
      assertThat(read.size()).isEqualTo(2);
      assertThat(read.vectors()).containsOnlyKeys("a", "3");
      assertThat(read.table(List.of("x", "a", "3")))
          .containsExactly(Float.NaN, Float.NaN, 0.5f, -0.1f, 5, 6);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a 1 2\\nb 1 2 3\\n | 2 numbers in line 2 of | but got 3",
        "a 1 2\\nb 1\\n | 2 numbers in line 2 of | but got 1",
        "3 2\\na 1 2\\nc\\n | 2 numbers in line 3 of | but got 0",
        "a 1 x\\n | finite numbers in line 1 of | but got 'x'",
        "a 1 2\\nb NaN 2\\n | finite numbers in line 2 of | but got 'NaN'",
        "3 2\\n | expected words and their vectors in | but found none",
      })
  void whatCannotBeUsedIsNamedWithItsLine(String text, String start, String end) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(start)
        .hasMessageContaining(end);
  }
}
