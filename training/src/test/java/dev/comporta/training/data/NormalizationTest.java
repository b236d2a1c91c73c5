package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Series that floats cannot tell apart are normalised before they become floats. */
class NormalizationTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, 16_777_216, 1.2e9, 1.7e12, 9_007_199_254_740_892.0, -1.2e9})
  void aCounterIsNormalisedLikeOneNearZero(double start) {
    double[] near = new double[64];
    double[] far = new double[64];
    for (int i = 0; i < near.length; i++) {
      near[i] = i + i % 3;
      far[i] = start + near[i];
    }
    Normalization ofNear = Normalization.fit(near, 1, near.length);
    Normalization ofFar = Normalization.fit(far, 1, far.length);
    assertThat(ofFar.deviations()[0]).isCloseTo(ofNear.deviations()[0], within(1e-9));
    float[] expected = ofNear.apply(near);
    float[] actual = ofFar.apply(far);
    double unit = 1 / ofNear.deviations()[0]; // the mean itself may be rounded to a whole number
    for (int i = 0; i < near.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(0.51 * unit));
      double step = actual[i] - actual[0];
      assertThat(step).isCloseTo(expected[i] - expected[0], within(1e-5));
      assertThat(ofFar.undo(actual[i], 0)).isCloseTo(far[i], within(1.0));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-160, 1, 1e160, 1e300})
  void theDeviationNeitherOverflowsNorVanishes(double unit) {
    Normalization fitted = Normalization.fit(new double[] {-unit, unit, -unit, unit}, 1, 4);
    assertThat(fitted.deviations()[0] / unit).isCloseTo(1, within(1e-12));
    assertThat(fitted.apply(new double[] {unit})).containsExactly(1);
  }

  @Test
  void whatNoFloatHoldsIsRefused() {
    assertThatThrownBy(() -> Normalization.fit(new double[] {1, Double.NaN}, 1, 2))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("but got NaN in row 1, column 0");
    Normalization fitted = Normalization.fit(new double[] {1, 7, 2, 7}, 2, 2);
    assertThatThrownBy(() -> fitted.apply(new double[] {1, 7, 1, 1e40}))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("but got 1.0E40 in row 1, column 1");
    assertThatThrownBy(() -> fitted.apply(new float[] {1, Float.POSITIVE_INFINITY}))
        .hasMessageContaining("but got Infinity in row 0, column 1");
  }
}
