package dev.comporta.attention.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /**
   * Logits of the probabilities 0.5, 0.25, 0.125, 0.125 in another order, after an unrelated one.
   */
  private static final float[] X = {
    99,
    (float) Math.log(0.125),
    (float) Math.log(0.5),
    (float) Math.log(0.125),
    (float) Math.log(0.25)
  };

  private static double[] shares(Sampler sampler) {
    int draws = 4000;
    double[] shares = new double[4];
    for (int i = 0; i < draws; i++) {
      shares[sampler.draw(X, 1, 4, (i + 0.5) / draws)] += 1.0 / draws;
    }
    return shares;
  }

  @Test
  void drawsAsTheModelSays() {
    assertThat(shares(new Sampler(1, 0, 1)))
        .containsExactly(new double[] {0.125, 0.5, 0.125, 0.25}, within(1e-3));
  }

  @Test
  void aTemperatureOfAHalfSquaresTheProbabilities() {
    double all = 0.25 + 0.0625 + 2 * 0.015625;
    assertThat(shares(new Sampler(0.5, 0, 1)))
        .containsExactly(
            new double[] {0.015625 / all, 0.25 / all, 0.015625 / all, 0.0625 / all}, within(1e-3));
  }

  @Test
  void zeroTakesTheMostLikely() {
    assertThat(shares(new Sampler(0, 0, 1)))
        .containsExactly(new double[] {0, 1, 0, 0}, within(1e-9));
  }

  @Test
  void topKKeepsTheMostLikelyAndOfEqualOnesTheFirst() {
    assertThat(shares(new Sampler(1, 2, 1)))
        .containsExactly(new double[] {0, 2 / 3.0, 0, 1 / 3.0}, within(1e-3));
    assertThat(shares(new Sampler(1, 3, 1)))
        .containsExactly(new double[] {1 / 7.0, 4 / 7.0, 0, 2 / 7.0}, within(1e-3));
    assertThat(shares(new Sampler(1, 100, 1)))
        .containsExactly(shares(new Sampler(1, 0, 1)), within(1e-9));
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    assertThat(shares(new Sampler(1, 0, 0.4))[1]).isCloseTo(1, within(1e-9));
    assertThat(shares(new Sampler(1, 0, 0.6)))
        .containsExactly(new double[] {0, 2 / 3.0, 0, 1 / 3.0}, within(1e-3));
    assertThat(shares(new Sampler(1, 0, 1e-9))[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void hugeNumbersDoNotOverflow() {
    float[] huge = {-3e38f, 3e38f, 0};
    assertThat(new Sampler(0.1, 0, 1).draw(huge, 0, 3, 0.999)).isEqualTo(1);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Sampler(Double.NaN, 0, 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("--temperature expected a number of 0 or more but got NaN");
    assertThatThrownBy(() -> new Sampler(1, -1, 1)).hasMessageContaining("--top-k");
    assertThatThrownBy(() -> new Sampler(1, 0, 1.5)).hasMessageContaining("--top-p");
  }

  @Test
  void idsWithoutNumbersAreRefused() {
    Sampler sampler = new Sampler(1, 0, 1);
    for (int[] wrong : new int[][] {{0, 0}, {0, -1}, {-1, 2}, {2, 2}}) {
      assertThatThrownBy(() -> sampler.draw(new float[3], wrong[0], wrong[1], 0.5))
          .hasMessage(
              "[sampler] expected 1 id or more with their outputs but got %d ids from offset %d of 3"
                      .formatted(wrong[1], wrong[0])
                  + " numbers");
    }
  }
}
