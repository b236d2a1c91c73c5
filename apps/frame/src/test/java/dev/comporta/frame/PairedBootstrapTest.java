package dev.comporta.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The interval has the width that theory gives it, and pairs count. */
class PairedBootstrapTest {
  private static final int COUNT = 2000;

  @Test
  void theIntervalIsThatOfTheNormalApproximation() {
    Random random = new Random(5);
    double[] first = new double[COUNT];
    double[] second = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      first[i] = random.nextDouble() < 0.7 ? 1 : 0;
      second[i] = random.nextDouble() < 0.1 ? 1 - first[i] : first[i]; // mostly the same answers
    }
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
      mean += (second[i] - first[i]) / COUNT;
    }
    for (int i = 0; i < COUNT; i++) {
      squares += Math.pow(second[i] - first[i] - mean, 2);
    }
    double error = Math.sqrt(squares / (COUNT - 1.0) / COUNT);
    PairedBootstrap found = PairedBootstrap.of(first, second, 1);
    assertThat(found.difference()).isCloseTo(mean, within(1e-12));
    assertThat(found.low()).isCloseTo(mean - 1.96 * error, within(0.1 * error));
    assertThat(found.high()).isCloseTo(mean + 1.96 * error, within(0.1 * error));
    assertThat(found.samples()).isEqualTo(10_000);
    assertThat(PairedBootstrap.of(first, second, 1)).isEqualTo(found);
    PairedBootstrap turned = PairedBootstrap.of(second, first, 1);
    assertThat(turned.difference()).isEqualTo(-found.difference());
  }

  @Test
  void theSameAnswersDoNotDiffer() {
    double[] outcomes = {1, 0, 1, 1};
    PairedBootstrap same = PairedBootstrap.of(outcomes, outcomes, 1);
    assertThat(same.low()).isZero();
    assertThat(same.high()).isZero();
    assertThat(same.isClear()).isFalse();
    assertThat(PairedBootstrap.of(new double[300], ones(300), 1).isClear()).isTrue();
    assertThatThrownBy(() -> PairedBootstrap.of(outcomes, new double[3], 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
