package dev.comporta.inference.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tensor.CounterRandom;
import org.junit.jupiter.api.Test;

/** Points are drawn with the moments of the mixture. */
class StoredMixtureTest {
  private static final int DRAWS = 40_000;

  /** Two events, then weights, means, logarithms of deviations and correlations of 2 Gaussians. */
  private static final float[] OUTPUT = {
    1,
    -2, // e: 0.731, 0.119
    0.5f,
    -0.5f, // pi: 0.731, 0.269
    -2,
    3, // mu1
    1,
    0, // mu2
    -0.5f,
    0.2f, // log sigma1
    0,
    -1, // log sigma2
    0.8f,
    -0.3f // rho^
  };

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void drawsHaveTheMomentsOfTheMixture() {
    StoredMixture mixture = new StoredMixture(2, 0.1);
    assertThat(mixture.outputs()).isEqualTo(OUTPUT.length);
    RandomSource random = new CounterRandom(3);
    double[] x = new double[DRAWS];
    double[] y = new double[DRAWS];
    double[] products = new double[DRAWS];
    double[] lifts = new double[DRAWS];
    double[] ends = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      StoredMixture.Drawn drawn = mixture.draw(OUTPUT, 0, random.stream(i));
      x[i] = drawn.x();
      y[i] = drawn.y();
      products[i] = x[i] * y[i];
      lifts[i] = drawn.events()[0] ? 1 : 0;
      ends[i] = drawn.events()[1] ? 1 : 0;
    }
    double p = 1 / (1 + Math.exp(-1));
    assertThat(mean(lifts)).isCloseTo(p, within(0.015));
    assertThat(mean(ends)).isCloseTo(1 / (1 + Math.exp(2)), within(0.015));
    assertThat(mean(x)).isCloseTo(-2 * p + 3 * (1 - p), within(0.06));
    assertThat(mean(y)).isCloseTo(p, within(0.04));
    double a = (0.1 + Math.exp(-0.5)) * (0.1 + 1) * Math.tanh(0.8) - 2;
    double b = (0.1 + Math.exp(0.2)) * (0.1 + Math.exp(-1)) * Math.tanh(-0.3);
    assertThat(mean(products)).isCloseTo(p * a + (1 - p) * b, within(0.08));
  }

  /** With a large bias, the pen goes to the mean of the likeliest Gaussian. */
  @Test
  void aBiasMakesWritingRegular() {
    StoredMixture mixture = new StoredMixture(2, 0);
    for (int i = 0; i < 100; i++) {
      StoredMixture.Drawn drawn = mixture.draw(OUTPUT, 15, new CounterRandom(i));
      assertThat((double) drawn.x()).isCloseTo(-2, within(1e-4));
      assertThat((double) drawn.y()).isCloseTo(1, within(1e-4));
    }
  }
}
