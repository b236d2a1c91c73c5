package dev.comporta.tasks.wordlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.model.Spec;
import dev.comporta.training.data.IdFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordLmDataTest {
  @TempDir private Path folder;

  private WordLmSettings settings(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("text"), text);
    return WordLmSettings.read(
        Spec.of("word-lm").with("text", file.toString()).with("chunk", 3).with("batch", 2));
  }

  @Test
  void eachSentenceEndsAndTheFirstFollowsAnEnd() throws IOException {
    List<String> log = new ArrayList<>();
    try (WordLmData data = WordLmData.read(settings("a b a\nb\n\na c"), log::add, 1000)) {
      assertThat(data.vocabulary().tokens()).containsExactly("<unk>", "<eos>", "a", "b");
      assertThat(data.trainingInMemory()).containsExactly(1, 2, 3, 2, 1, 3, 1, 1, 2, 0, 1);
    }
    assertThat(log).hasSize(1);
    assertThat(log.getFirst())
        .contains("6 words in 4 sentences, 3 different, of which 2 are in the vocabulary");
  }

  @Test
  void aTextWithUnknownWordsOfItsOwnLosesNoOther() throws IOException {
    try (WordLmData data = WordLmData.read(settings("a <unk> b c d\ne f"), line -> {}, 1000)) {
      assertThat(data.vocabulary().size()).isEqualTo(8);
    }
  }

  @Test
  void idsThatDoNotFitIntoMemoryAreTheSameFromAFile() throws IOException {
    WordLmSettings settings = settings("a b a\nb\n\na c");
    try (WordLmData file = WordLmData.read(settings, line -> {}, 10)) {
      assertThat(file.training()).isInstanceOf(IdFile.class);
      assertThat(file.trainingInMemory()).isNull();
      assertThat(WordLmData.array(file.training()))
          .containsExactly(1, 2, 3, 2, 1, 3, 1, 1, 2, 0, 1);
    }
  }

  @Test
  void idsThatAreNotUsedLeaveNoFile() throws IOException {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    String before = System.setProperty("java.io.tmpdir", scratch.toString());
    try {
      Spec spec =
          Spec.of("word-lm")
              .with("text", Files.writeString(folder.resolve("text"), "a b a\nb").toString())
              .with("validation-text", folder.resolve("none").toString())
              .with("chunk", 2)
              .with("batch", 1);
      WordLmSettings settings = WordLmSettings.read(spec);
      assertThatThrownBy(() -> WordLmData.read(settings, line -> {}, 2))
          .hasMessageContaining("there is no " + folder.resolve("none"));
      assertThat(scratch).isEmptyDirectory();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }
}
