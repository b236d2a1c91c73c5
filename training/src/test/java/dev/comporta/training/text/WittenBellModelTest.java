package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WittenBellModelTest {
  private static final int A = 0;
  private static final int B = 1;
  private static final int C = 2;

  /**
   * By hand, for the text "abab" over {a, b, c}. Empty context: n = 4, t = 2, so P(a) = P(b) = (2 +
   * 2/3) / 6 = 4/9 and P(c) = (2/3) / 6 = 1/9. After a: b twice, so n = 2, t = 1 and P(b | a) = (2
   * + 4/9) / 3 = 22/27. After b: a once, so P(a | b) = (1 + 4/9) / 2 = 13/18. After ba: b once, so
   * P(b | ba) = (1 + 22/27) / 2 = 49/54.
   */
  @Test
  void agreesWithAnExampleWorkedByHand() {
    int[] text = {A, B, A, B};
    WittenBellModel unigram = WittenBellModel.train(text, 3, 0);
    assertThat(unigram.probability(new int[] {A}, 0)).isCloseTo(4 / 9.0, within(1e-15));
    assertThat(unigram.probability(new int[] {B, C}, 1)).isCloseTo(1 / 9.0, within(1e-15));

    WittenBellModel bigram = WittenBellModel.train(text, 3, 1);
    assertThat(bigram.probability(new int[] {A, B}, 1)).isCloseTo(22 / 27.0, within(1e-15));
    assertThat(bigram.probability(new int[] {B, A}, 1)).isCloseTo(13 / 18.0, within(1e-15));
    assertThat(bigram.probability(new int[] {C, A}, 1)) // a context that never occurred
        .isCloseTo(4 / 9.0, within(1e-15));

    WittenBellModel trigram = WittenBellModel.train(text, 3, 2);
    assertThat(trigram.probability(new int[] {B, A, B}, 2)).isCloseTo(49 / 54.0, within(1e-15));
    assertThat(trigram.loss(new int[] {B, A, B}))
        .isCloseTo(-(Math.log(13 / 18.0) + Math.log(49 / 54.0)) / 2, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void probabilitiesSumToOneInEveryContext(int order) {
    Random random = new Random(3);
    int vocabulary = 7;
    int[] text = random.ints(2000, 0, vocabulary - 1).map(id -> id * id % 6).toArray();
    WittenBellModel model = WittenBellModel.train(text, vocabulary, order);
    for (int trial = 0; trial < 50; trial++) {
      int[] probe = random.ints(8, 0, vocabulary).toArray();
      double sum = 0;
      for (int next = 0; next < vocabulary; next++) {
        probe[7] = next;
        sum += model.probability(probe, 7);
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void anUntrainedModelIsUniform() {
    WittenBellModel model = WittenBellModel.train(new int[0], 4, 5);
    assertThat(model.loss(new int[] {0, 1, 2})).isCloseTo(Math.log(4), within(1e-15));
  }

  @Test
  void largeVocabulariesDoNotCollide() {
    int vocabulary = 100_000;
    int[] text = new Random(5).ints(20_000, 0, vocabulary).toArray();
    WittenBellModel model = WittenBellModel.train(text, vocabulary, 5);
    assertThat(model.loss(text)).isLessThan(0.2 * Math.log(vocabulary));
  }
}
