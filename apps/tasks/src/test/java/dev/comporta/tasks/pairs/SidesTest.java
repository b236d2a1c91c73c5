package dev.comporta.tasks.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import dev.comporta.training.text.ParallelText.Pair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidesTest {
  private static final List<Pair> PAIRS =
      List.of(
          new Pair("der hund läuft", "the dog runs"),
          new Pair("der hund schläft", "the dog sleeps"));

  private static PairCodecs learn(String tokens, String shared) {
    Map<String, Object> given =
        Map.of("tokens", tokens, "shared-vocabulary", shared, "minimum-frequency", 1L);
    return Sides.learn(PAIRS, Settings.of("translation", new Translation().options(), given));
  }

  @Test
  void aSharedVocabularyHasTheTokensOfBothSides() {
    PairCodecs sides = learn("words", "yes");
    assertThat(sides.source()).isSameAs(sides.target());
    assertThat(sides.source().vocabulary().tokens()).contains("hund", "dog");
    assertThat(learn("words", "no").source().vocabulary().tokens()).doesNotContain("dog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bpe"})
  void aModelFileHoldsWhatTheyNeed(String tokens) {
    PairCodecs sides = learn(tokens, "no");
    ModelFile file =
        new ModelFile(
            Spec.of("m"),
            List.of(),
            sides.stored(),
            Provenance.of("0", 1, "", "", Spec.of("t")),
            Map.of());
    PairCodecs read = PairCodecs.of(file, "here");
    for (String text : List.of("der hund", "ein schlauer hund", "the dog")) {
      assertThat(read.source().ids(text)).isEqualTo(sides.source().ids(text));
      assertThat(read.target().ids(text)).isEqualTo(sides.target().ids(text));
    }
    assertThat(read.source().splitting().option()).isEqualTo(tokens);
  }
}
