package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceFileTest {
  @TempDir private Path folder;

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstSentence() throws IOException {
    assertThat(lines("\uFEFFone\n\uFEFFtwo")).containsExactly("one", "\uFEFFtwo");
  }

  private List<String> lines(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("text"), content);
    List<String> lines = new ArrayList<>();
    SentenceFile.Summary summary = SentenceFile.forEach(file, lines::add);
    assertThat(summary.sentences()).isEqualTo(lines.size());
    assertThat(summary.sha256()).isEqualTo(new Corpus("", content, 1).sha256());
    return lines;
  }

  @Test
  void eachLineIsASentence() throws IOException {
    assertThat(lines("one two\nthree\n")).containsExactly("one two", "three");
    assertThat(lines("one\r\n\nÄpfel 😀")).containsExactly("one", "", "Äpfel 😀");
    assertThat(lines("\n")).containsExactly("");
  }

  @Test
  void refusesWhatIsNoTextOfSentences() throws IOException {
    assertThatThrownBy(() -> lines(""))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected one sentence a line in")
        .hasMessageContaining("but it is empty");
    assertThatThrownBy(() -> SentenceFile.forEach(folder.resolve("none"), line -> {}))
        .hasMessageContaining("there is no " + folder.resolve("none"));
    assertThatThrownBy(() -> SentenceFile.forEach(folder, line -> {}))
        .hasMessageContaining("is a directory");
    Path latin = folder.resolve("latin");
    Files.write(latin, "gut\nÜbel\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SentenceFile.forEach(latin, line -> {}))
        .hasMessageContaining("line 2 of " + latin + " is not UTF-8: the byte 0xdc at offset 0");
    Path endless = folder.resolve("endless");
    Files.write(endless, new byte[(1 << 24) + 2]);
    assertThatThrownBy(() -> SentenceFile.forEach(endless, line -> {}))
        .hasMessageContaining("line 1 is longer than 16 MiB");
  }

  @Test
  void carriageReturnsAloneEndNoLine() throws IOException {
    assertThatThrownBy(() -> lines("one\rtwo\rthree"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("end with a carriage return alone");
    assertThat(lines("one\rtwo\nthree")).containsExactly("one\rtwo", "three");
    assertThat(lines("one\r")).containsExactly("one");
  }
}
