package dev.comporta.tasks.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.rating.RatedTexts.Text;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens and regions of texts, and the baseline. */
class RatedTextsTest {
  @Test
  void wordsAndSignsAreTokens() {
    assertThat(RatedTexts.tokens("Don’t stop: it's 3.5, OK?!"))
        .containsExactly("don’t", "stop", ":", "it's", "3", ".", "5", ",", "ok", "?", "!");
    assertThat(RatedTexts.tokens(" \t")).isEmpty();
  }

  @Test
  void aRegionEndsWithItsClauseOrWhenItIsFull() {
    WordVocabulary words = WordVocabulary.ofTokens(List.of("<unk>", "<eos>", "a", ",", "!"));
    assertThat(Regions.encode(List.of("a", ",", "a", "!", "!"), words))
        .containsExactly(2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 4, 1, 1, 1, 1, 1, 1, 1);
    int[] ten = Regions.encode(List.of("a", "a", "a", "a", "a", "a", "a", "a", "a", "b"), words);
    assertThat(ten).hasSize(2 * Regions.SIZE);
    assertThat(ten[Regions.SIZE - 1]).isEqualTo(1); // a convolution of width 3 sees no other region
    assertThat(ten[Regions.SIZE]).isZero();
  }

  @Test
  void ridgeRegressionSolvesTheNormalEquations() {
    RandomSource random = new CounterRandom(5);
    List<String> words = List.of("a", "b", "c", "d");
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < 15; i++) { // too few to choose lambda, which is 1
      List<String> own = new ArrayList<>();
      for (String word : words) {
        if (random.below(2, i * 10L + own.size() + 100L * words.indexOf(word)) == 0) {
          own.add(word);
        }
      }
      texts.add(new Text(own, new double[] {random.normal(1000 + i)}));
    }
    RidgeRegression model = RidgeRegression.fit(texts, 0);
    double mean = texts.stream().mapToDouble(it -> it.ratings()[0]).average().orElseThrow();
    for (String word : words) { // the gradient of the penalised squares is zero
      double gradient = model.predict(List.of(word)) - mean;
      for (Text text : texts) {
        if (text.tokens().contains(word)) {
          gradient -= text.ratings()[0] - model.predict(text.tokens());
        }
      }
      assertThat(gradient).as(word).isCloseTo(0, within(1e-6));
    }
    assertThat(model.predict(List.of("new"))).isCloseTo(mean, within(1e-12));
  }
}
