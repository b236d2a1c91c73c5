package dev.comporta.tasks.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Spec;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vocabularies come back from model files and give the same ids. */
class VocabularyFilesTest {
  private static final String TEXT =
      "Die größte Schleuse öffnet, die kleinste schließt; 42 Tore \t";

  @TempDir private Path folder;

  private ModelFile written(Vocabulary... vocabularies) {
    Path path = folder.resolve("m");
    Provenance provenance = Provenance.of("0", 1, "", "", Spec.of("none"));
    ModelFiles.write(
        path,
        new ModelFile(
            Spec.of("sequential"), List.of(), List.of(vocabularies), provenance, Map.of()));
    return ModelFiles.read(path);
  }

  @Test
  void bytePairsAndWordsComeBack() {
    BytePairVocabulary.Counter pieces = new BytePairVocabulary.Counter();
    pieces.add(TEXT.repeat(3));
    BytePairVocabulary pairs = pieces.vocabulary(300);
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    counter.add(TEXT);
    WordVocabulary words = counter.vocabulary(1, 100);

    ModelFile file =
        written(
            new Vocabulary("pieces", "byte-pairs", pairs.tokens()),
            new Vocabulary("words", "words", words.tokens()));

    BytePairVocabulary pairsAgain = BytePairVocabulary.ofTokens(file.vocabulary("pieces").tokens());
    assertThat(pairsAgain.size()).isEqualTo(300);
    assertThat(pairsAgain.encode(TEXT)).isEqualTo(pairs.encode(TEXT));
    assertThat(pairsAgain.decode(pairs.encode(TEXT))).isEqualTo(TEXT);
    WordVocabulary wordsAgain = WordVocabulary.ofTokens(file.vocabulary("words").tokens());
    assertThat(wordsAgain.sentence(TEXT)).isEqualTo(words.sentence(TEXT));
  }

  @Test
  void theVocabularyOfBytesIsAnEmptyList() {
    ModelFile file = written(new Vocabulary("bytes", "byte-pairs", List.of()));
    assertThat(BytePairVocabulary.ofTokens(file.vocabulary("bytes").tokens()).encode("ü"))
        .containsExactly(0xC3, 0xBC);
  }
}
