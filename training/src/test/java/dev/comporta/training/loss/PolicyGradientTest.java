package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyGradientTest {
  private static final RandomSource RANDOM = new CounterRandom(8);
  private static final int T = 4;
  private static final int[] LENGTHS = {4, 2, 0};
  private static final int B = LENGTHS.length;

  private static Tape tape() {
    return new Tape(Catalog.load().backend("reference"), Workers.ALONE);
  }

  private static Spec spec(double entropy, double baseline) {
    return Spec.of("policy-gradient").with("entropy", entropy).with("baseline", baseline);
  }

  private static double[] softmax(float[] x, int from, int actions) {
    double[] pi = new double[actions];
    Arrays.setAll(pi, a -> Math.exp(x[from + a]));
    double sum = Arrays.stream(pi).sum();
    return Arrays.stream(pi).map(p -> p / sum).toArray();
  }

  @ParameterizedTest
  @CsvSource({"2, 0.01, 0.5", "5, 0, 0", "1, 0.3, 2"})
  void lossesAreThoseOfTheFormula(int actions, double entropy, double baseline) {
    int size = actions + 1;
    float[] x = new float[T * B * size];
    float[] y = new float[T * B * size];
    double sum = 0;
    for (int place = 0; place < T * B; place++) {
      for (int i = 0; i < size; i++) {
        x[place * size + i] = (float) (2 * RANDOM.normal(place * size + i));
      }
      int action = RANDOM.stream("action").below(actions, place);
      double advantage = RANDOM.stream("advantage").normal(place);
      double wanted = 3 * RANDOM.stream("return").normal(place);
      y[place * size + action] = (float) advantage;
      y[place * size + actions] = (float) wanted;
      if (place / B < LENGTHS[place % B]) {
        double[] pi = softmax(x, place * size, actions);
        double bonus = Arrays.stream(pi).map(p -> -p * Math.log(p)).sum();
        double error = wanted - x[place * size + actions];
        sum += -advantage * Math.log(pi[action]) - entropy * bonus + baseline * error * error;
      }
    }
    Tape tape = tape();
    Shape shape = Shape.of(T, B, size);
    Loss.Value value =
        LossRun.loss(spec(entropy, baseline))
            .of(tape.constant(shape, x, 0), Target.values(tape.constant(shape, y, 0), LENGTHS));
    assertThat(value.weight()).isEqualTo(6);
    assertThat((double) value.sum().toArray()[0])
        .isCloseTo(sum, within(2e-6 * Math.max(1, Math.abs(sum))));
  }

  /**
   * Theorem 1 of Williams 1992: whatever the baseline is, the mean of the gradient over the actions
   * is the gradient of the mean reward, here of one step, which is pi(k) (r(k) - mean).
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1.5, -20})
  void theMeanGradientIsThatOfTheMeanReturn(double baseline) {
    float[] rewards = {4, -0.1f, 0.5f};
    float[] x = {0.3f, -0.8f, 0.1f, (float) baseline};
    double[] pi = softmax(x, 0, 3);
    double mean = 0;
    for (int a = 0; a < 3; a++) {
      mean += pi[a] * rewards[a];
    }
    double[] gradient = new double[3];
    for (int a = 0; a < 3; a++) {
      float[] y = new float[4];
      y[a] = (float) (rewards[a] - baseline);
      y[3] = rewards[a];
      Tape tape = tape();
      TapeTensor prediction = tape.variable(Shape.of(1, 1, 4), x);
      Target target = Target.values(tape.constant(Shape.of(1, 1, 4), y, 0), null);
      tape.backward(LossRun.loss(spec(0, 0.5)).of(prediction, target).sum());
      float[] one = Objects.requireNonNull(prediction.gradient()).toArray();
      for (int k = 0; k < 3; k++) {
        gradient[k] -= pi[a] * one[k];
      }
      assertThat((double) one[3]).isCloseTo(baseline - rewards[a], within(1e-5));
    }
    for (int k = 0; k < 3; k++) {
      assertThat(gradient[k]).isCloseTo(pi[k] * (rewards[k] - mean), within(1e-5));
    }
  }

  @Test
  void aTargetOfOtherActionsIsRefused() {
    Tape tape = tape();
    assertThatThrownBy(() ->
            LossRun.loss(spec(0, 0))
                .of(
                    tape.filled(Shape.of(T, B, 4), 0),
                    Target.values(tape.filled(Shape.of(T, B, 3), 0), null)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[policy-gradient] expected a prediction of one or more logits and a baseline, and a target of the same shape, but got [4, 3, 4] and [4, 3, 3]");
  }
}
