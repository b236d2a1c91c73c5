package dev.comporta.tasks.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;
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
          if (text.label().equals("EI")) {
            assertThat(text.text().charAt(30)).isEqualTo('G');
          }
        });
    assertThat(SpliceSites.generate(400, new CounterRandom(1))).isEqualTo(generated);
  }

  @Test
  void sequencesArePaddedWithTheirLengths() {
    List<FeatureExamples.Example> examples =
        List.of(
            new FeatureExamples.Example(new float[] {1, 2, 3, 4, 5, 6}, 2),
            new FeatureExamples.Example(new float[] {7, 8}, 1),
            new FeatureExamples.Example(new float[] {9, 10, 11, 12}, 0));
    FeatureExamples source = new FeatureExamples(examples, 2, 2, new CounterRandom(1));
    assertThat(source.chunks()).isEqualTo(2);
    int seen = 0;
    for (int chunk = 0; chunk < 2; chunk++) {
      Batch batch = source.batch(0, chunk);
      int[] labels = batch.labels().values();
      for (int row = 0; row < 2; row++) {
        int length = batch.lengths() == null ? batch.timesteps() : batch.lengths()[row];
        if (length == 0) {
          assertThat(labels[row]).isEqualTo(-1);
          continue;
        }
        int at = row;
        float[] expected =
            examples.stream()
                .filter(it -> it.label() == labels[at])
                .findFirst()
                .orElseThrow()
                .values();
        float[] actual = new float[length * 2];
        for (int t = 0; t < length; t++) {
          System.arraycopy(batch.values(), (t * 2 + row) * 2, actual, t * 2, 2);
        }
        assertThat(actual).isEqualTo(expected);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(3);
    assertThat(Arrays.equals(source.batch(3, 0).values(), source.batch(3, 0).values())).isTrue();
  }
}
