package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.training.data.IdFile;
import dev.comporta.training.data.IdSequence;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceTextTest {
  private static final int[] IDS = {1, 2, 3, 2, 1, 3, 1, 1, 2, 0, 1};

  @TempDir private Path folder;

  private SentenceText text(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("text"), content);
    return new SentenceText(file, StandardCharsets.UTF_8);
  }

  private static int[] array(IdSequence ids) {
    return LongStream.range(0, ids.size()).mapToInt(ids::get).toArray();
  }

  @Test
  void eachSentenceEndsAndTheFirstFollowsAnEnd() throws IOException {
    SentenceText text = text("a b a\nb\n\na c");
    SentenceText.Counts counts = text.count(0);
    WordVocabulary words = counts.words().vocabulary(2, 100);
    assertThat(words.tokens()).containsExactly("<unk>", "<eos>", "a", "b");
    assertThat(counts.sentences()).isEqualTo(4);
    assertThat(counts.training()).isEqualTo(counts.all()).isEqualTo(IDS.length);
    assertThat(array(text.ids(words, counts, 1000))).containsExactly(IDS);
    assertThat(text.ids(words)).containsExactly(IDS);
  }

  @Test
  void idsThatDoNotFitIntoMemoryAreTheSameFromAFile() throws IOException {
    SentenceText text = text("a b a\nb\n\na c");
    SentenceText.Counts counts = text.count(0);
    IdSequence ids = text.ids(counts.words().vocabulary(2, 100), counts, IDS.length - 1);
    assertThat(ids).isInstanceOf(IdFile.class);
    try (IdFile _ = (IdFile) ids) {
      assertThat(array(ids)).containsExactly(IDS);
    }
  }

  @Test
  void wordsThatAreHeldOutAreNotInTheVocabulary() throws IOException {
    SentenceText text = text("a b\nb a\na\nc a\n");
    SentenceText.Counts counts = text.count(0.25);
    WordVocabulary words = counts.words().vocabulary(1, 100);
    assertThat(words.tokens()).containsExactly("<unk>", "<eos>", "a", "b");
    IdSequence ids = text.ids(words, counts, 1000);
    assertThat(array(ids.part(0, counts.training()))).containsExactly(1, 2, 3, 1, 3, 2, 1, 2, 1);
    long rest = counts.all() - counts.training();
    assertThat(array(ids.part(counts.training() - 1, rest + 1))).containsExactly(1, 0, 2, 1);
    assertThatThrownBy(() -> text("a").count(0.1)).hasMessageContaining("at least 2 sentences");
  }

  @Test
  void otherEncodingsGiveTheSameIds() throws IOException {
    String content = "größer als 水\r\nSchön \uD83D\uDE00\n".repeat(900);
    SentenceText utf8 = text(content);
    WordVocabulary words = utf8.count(0).words().vocabulary(1, 100);
    for (String name : new String[] {"UTF-16", "UTF-16LE", "GB18030"}) {
      Charset charset = Charset.forName(name);
      Path file = Files.writeString(folder.resolve("other"), content, charset);
      assertThat(new SentenceText(file, charset).ids(words)).isEqualTo(utf8.ids(words));
      assertThat(CorpusReader.read(file, charset).text()).isEqualTo(content);
    }
    Path latin =
        Files.writeString(folder.resolve("latin"), "sch\u00f6n\n", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> new SentenceText(latin, StandardCharsets.US_ASCII).count(0))
        .hasMessageContaining("latin is not US-ASCII; give its encoding with --encoding");
    assertThatThrownBy(() -> new SentenceText(latin, StandardCharsets.UTF_8).count(0))
        .hasMessageContaining("0xf6 at offset 3", "give its encoding with --encoding");
  }
}
