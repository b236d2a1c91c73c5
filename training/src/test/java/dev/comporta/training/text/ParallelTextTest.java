package dev.comporta.training.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.training.text.ParallelText.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelTextTest {
  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void twoFilesAndOneWithTabsHoldTheSamePairs() throws IOException {
    ParallelText two =
        ParallelText.read(write("s", "ein hund\n \nrot\n"), write("t", "a dog\n\nred\n"), UTF_8);
    ParallelText one = ParallelText.read(write("d", "ein hund\ta dog\n\nrot\tred\n"), UTF_8);
    assertThat(two.pairs())
        .containsExactly(new Pair("ein hund", "a dog"), new Pair("", ""), new Pair("rot", "red"))
        .isEqualTo(one.pairs());
    assertThat(one.whole()).hasSize(2);
    assertThat(one.sha256()).hasSize(64).isNotEqualTo(two.sha256());
  }

  @Test
  void linesThatAreNotPairsAreNamed() throws IOException {
    Path none = write("none", "a\tb\nc\n");
    assertThatThrownBy(() -> ParallelText.read(none, UTF_8))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[pairs] expected a source, a tab and its target in line 2 of %s but it has no tab"
                .formatted(none));
    Path three = write("three", "a\tb\tc\n");
    assertThatThrownBy(() -> ParallelText.read(three, UTF_8))
        .hasMessageEndingWith("but it has 3 columns; keep two, as cut -f1,2 does");
  }

  @Test
  void reservedWordsAreCounted() throws IOException {
    assertThat(ParallelText.read(write("d", "a\tb\n<unk> a\tb <eos>\n"), UTF_8).reservedWords())
        .containsExactly(
            "the source has the reserved word '<unk>' in 1 lines, first in line 2: it is read as an unknown word",
            "the target has the reserved word '<eos>' in 1 lines, first in line 2: it is read as an unknown word");
  }
}
