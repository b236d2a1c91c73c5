package dev.comporta.tasks.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.tensor.CounterRandom;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BasesTest {
  /** The table of IUPAC-IUB. */
  @ParameterizedTest
  @CsvSource({
    "A,A", "C,C", "G,G", "T,T", "U,T", "R,AG", "Y,CT", "S,CG", "W,AT", "K,GT", "M,AC", "B,CGT",
    "D,AGT", "H,ACT", "V,ACG", "N,ACGT", "a,A", "n,ACGT"
  })
  void aLetterIsSharedAmongItsBases(String letter, String bases) {
    float[] features = Bases.features(letter, "");
    for (int base = 0; base < 4; base++) {
      boolean stands = bases.indexOf("ACGT".charAt(base)) >= 0;
      assertThat(features[base]).isEqualTo(stands ? 1f / bases.length() : 0);
    }
  }

  @Test
  void thePlaceOfABaseIsThatFromTheMiddle() {
    float[] features = Bases.features("ACGTA", "");
    assertThat(features).hasSize(5 * Bases.SIZE);
    assertThat(features[2 * Bases.SIZE + 4]).isZero();
    assertThat(features[2 * Bases.SIZE + 5]).isEqualTo(1);
    assertThat(features[4]).isEqualTo(-features[4 * Bases.SIZE + 4]).isNegative();
  }

  @Test
  void whatIsNoBaseIsNamed() {
    assertThatThrownBy(() -> Bases.features("ACXT", "line 7 of f"))
        .hasMessageContaining("letter 3 of the sequence in line 7 of f is 'X'");
    assertThatThrownBy(() -> Bases.features(" ", "line 8 of f"))
        .hasMessageContaining("expected a sequence of bases in line 8 of f but it is empty");
  }

  @Test
  void generatedSequencesHaveTheirSignalInTheMiddle() {
    LabelledTexts generated = SpliceSites.generate(400, new CounterRandom(1));
    Map<String, Long> counts =
        generated.texts().stream()
            .collect(Collectors.groupingBy(LabelledTexts.Text::label, Collectors.counting()));
    assertThat(counts.keySet()).containsExactlyInAnyOrder("EI", "IE", "N");
    assertThat(counts.get("N")).isBetween(160L, 240L);
    generated
        .texts()
        .forEach(text -> {
          assertThat(text.text()).hasSize(60).matches("[ACGT]+");
          if (text.label().equals("EI")) { // an intron begins with GT and ends with AG
            assertThat(text.text().substring(30, 32)).isEqualTo("GT");
          } else if (text.label().equals("IE")) {
            assertThat(text.text().substring(28, 30)).isEqualTo("AG");
          }
        });
    assertThat(SpliceSites.generate(400, new CounterRandom(1))).isEqualTo(generated);
  }
}
