package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossErrorsTest {
  private static final Shape SHAPE = Shape.of(2, 3, 4);
  private static final float[] ZEROS = new float[24];

  @ParameterizedTest
  @ValueSource(strings = {"cross-entropy", "nll"})
  void aLabelOutOfRangeIsNamedWithItsPlace(String loss) {
    Ids labels = new Ids(2, 3, new int[] {0, 1, 2, 3, 0, 4});
    assertThatThrownBy(() -> LossRun.labels(Spec.of(loss), SHAPE, ZEROS, labels, null))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[%s] expected labels between 0 and 3 but got 4 at timestep 1 of row 2; make the output layer as large as the vocabulary",
            loss);
    LossRun padded = LossRun.labels(Spec.of(loss), SHAPE, ZEROS, labels, new int[] {2, 2, 1});
    assertThat(padded.weight()).isEqualTo(5);
  }

  @Test
  void labelsAndTargetsMustFitThePrediction() {
    assertThatThrownBy(() ->
            LossRun.labels(Spec.of("cross-entropy"), SHAPE, ZEROS, new Ids(3, 2, new int[6]), null))
        .hasMessage(
            "[cross-entropy] expected labels [2, 3] for a prediction [2, 3, 4] but got [3, 2]");
    assertThatThrownBy(() ->
            LossRun.labels(
                Spec.of("nll"), SHAPE, ZEROS, new Ids(2, 3, new int[6]), new int[] {1, 1}))
        .hasMessage("[nll] expected 3 lengths, one per row of the prediction [2, 3, 4], but got 2");
    assertThatThrownBy(
            () -> LossRun.labels(Spec.of("mse"), SHAPE, ZEROS, new Ids(2, 3, new int[6]), null))
        .hasMessage("[loss] expected vectors but the target holds labels");
    assertThatThrownBy(() -> LossRun.values(Spec.of("cross-entropy"), SHAPE, ZEROS, ZEROS, null))
        .hasMessage("[loss] expected labels but the target holds vectors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-entropy", "nll", "ctc"})
  void aLengthOutsideThePredictionIsNamedWithItsRow(String loss) {
    Ids labels = new Ids(2, 3, new int[] {1, 1, 1, 2, 2, 2});
    for (int length : new int[] {3, -1}) {
      assertThatThrownBy(
              () -> LossRun.labels(Spec.of(loss), SHAPE, ZEROS, labels, new int[] {2, length, 2}))
          .hasMessage(
              "[%s] expected lengths between 0 and 2, the timesteps of the prediction [2, 3, 4], but row 1 has %d",
              loss, length);
    }
  }

  @Test
  void classWeightsFitTheClasses() {
    Spec spec = Spec.of("cross-entropy").with("class-weights", List.of(1, 2));
    assertThatThrownBy(() -> LossRun.labels(spec, SHAPE, ZEROS, new Ids(2, 3, new int[6]), null))
        .hasMessage(
            "[cross-entropy] option 'class-weights' expected 4 numbers, one per class, but got 2");
    assertThatThrownBy(() -> LossRun.loss(Spec.of("nll").with("class-weights", List.of(1, -2))))
        .hasMessage("[nll] option 'class-weights' expected numbers of 0 or more but got -2.0");
  }

  @Test
  void positiveWeightsFitTheFeatures() {
    Spec spec = Spec.of("binary-cross-entropy").with("positive-weights", List.of(1, 2));
    assertThatThrownBy(() -> LossRun.values(spec, SHAPE, ZEROS, ZEROS, null))
        .hasMessage(
            "[binary-cross-entropy] option 'positive-weights' expected 4 numbers, one per feature, but got 2");
    assertThatThrownBy(() ->
            LossRun.loss(Spec.of("binary-cross-entropy").with("positive-weights", List.of(-1))))
        .hasMessage(
            "[binary-cross-entropy] option 'positive-weights' expected numbers of 0 or more but got -1.0");
  }

  @Test
  void quantilesAreBetweenZeroAndOneAndAscend() {
    Spec spec = Spec.of("quantile");
    assertThatThrownBy(() -> LossRun.loss(spec.with("quantiles", List.of(0.1, 1))))
        .hasMessage("[quantile] option 'quantiles' expected numbers between 0 and 1 but got 1.0");
    assertThatThrownBy(() -> LossRun.loss(spec.with("quantiles", List.of(0.5, 0.5))))
        .hasMessage(
            "[quantile] option 'quantiles' expected numbers in ascending order but got 0.5 after 0.5");
    Spec three = spec.with("quantiles", List.of(0.1, 0.5, 0.9));
    assertThatThrownBy(() -> LossRun.values(three, SHAPE, ZEROS, ZEROS, null))
        .hasMessage(
            "[quantile] option 'quantiles' expected as many numbers as the prediction has features, or a divisor of 4, but got 3");
  }

  @ParameterizedTest
  @CsvSource({
    "huber, delta, 0",
    "smooth-l1, beta, -1",
    "cross-entropy, label-smoothing, 1",
    "binary-cross-entropy, positive-weight, 0"
  })
  void optionsHaveTheirRange(String loss, String option, double value) {
    assertThatThrownBy(() -> LossRun.loss(Spec.of(loss).with(option, value)))
        .hasMessageStartingWith("[%s] option '%s' expected a number", loss, option);
  }

  @Test
  void anIgnoredLabelDoesNotCount() {
    Ids labels = new Ids(2, 3, new int[] {0, 1, 2, 3, 0, 0});
    LossRun run =
        LossRun.labels(
            Spec.of("cross-entropy").with("ignore-index", 0), SHAPE, ZEROS, labels, null);
    assertThat(run.weight()).isEqualTo(3);
    assertThat(run.sum()).isCloseTo((float) (3 * Math.log(4)), within(1e-5f));
  }

  @Test
  void hugeLogitsNeitherOverflowNorVanish() {
    Shape shape = Shape.of(1, 1, 2);
    float[] x = {1000, -1000};
    LossRun right =
        LossRun.values(Spec.of("binary-cross-entropy"), shape, x, new float[] {1, 0}, null);
    assertThat(right.sum()).isZero();
    LossRun wrong =
        LossRun.values(Spec.of("binary-cross-entropy"), shape, x, new float[] {0, 1}, null);
    assertThat(wrong.sum()).isEqualTo(2000);
    assertThat(wrong.gradient()).containsExactly(1, -1);
    LossRun labels =
        LossRun.labels(Spec.of("cross-entropy"), shape, x, new Ids(1, 1, new int[] {1}), null);
    assertThat(labels.sum()).isEqualTo(2000);
    assertThat(labels.gradient()).containsExactly(1, -1);
  }
}
