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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mixtures of Gaussians with events, compared with the densities as Graves 2013 writes them. */
class MixtureDensityTest {
  private static final RandomSource RANDOM = new CounterRandom(5);
  private static final int T = 4;
  private static final int[] LENGTHS = {4, 2, 0};
  private static final int B = LENGTHS.length;

  private static Spec spec(int events, double least) {
    return Spec.of("mixture-density").with("events", events).with("least-deviation", least);
  }

  private static Loss.Value value(Spec spec, float[] x, int size, float[] y, int wanted) {
    Tape tape = new Tape(Catalog.load().backend("reference"), Workers.ALONE);
    return LossRun.loss(spec)
        .of(
            tape.constant(Shape.of(T, B, size), x, 0),
            Target.values(tape.constant(Shape.of(T, B, wanted), y, 0), LENGTHS));
  }

  /** Equations 18 to 26, without logarithms of sums. */
  private static double defined(
      float[] x, int from, float[] y, int at, int m, int e, double least) {
    double sum = 0;
    double weights = 0;
    int mixture = from + e;
    for (int j = 0; j < m; j++) {
      double s1 = least + Math.exp(x[mixture + 3 * m + j]);
      double s2 = least + Math.exp(x[mixture + 4 * m + j]);
      double rho = Math.tanh(x[mixture + 5 * m + j]);
      double d1 = (y[at] - x[mixture + m + j]) / s1;
      double d2 = (y[at + 1] - x[mixture + 2 * m + j]) / s2;
      double z = d1 * d1 + d2 * d2 - 2 * rho * d1 * d2;
      double n =
          Math.exp(-z / (2 * (1 - rho * rho))) / (2 * Math.PI * s1 * s2 * Math.sqrt(1 - rho * rho));
      sum += Math.exp(x[mixture + j]) * n;
      weights += Math.exp(x[mixture + j]);
    }
    double loss = -Math.log(sum / weights);
    for (int i = 0; i < e; i++) {
      double p = 1 / (1 + Math.exp(-x[from + i]));
      loss -= y[at + 2 + i] == 1 ? Math.log(p) : Math.log(1 - p);
    }
    return loss;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "3, 1, 0", "5, 2, 0.3", "2, 0, 0.05"})
  void lossesAreThoseOfTheDensities(int m, int e, double least) {
    int size = e + 6 * m;
    int wanted = 2 + e;
    float[] x = new float[T * B * size];
    float[] y = new float[T * B * wanted];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) RANDOM.stream(m).normal(i);
    }
    for (int i = 0; i < y.length; i++) {
      double normal = RANDOM.stream("y").normal(i);
      y[i] = (float) (i % wanted < 2 ? 1.5 * normal : normal > 0 ? 1 : 0);
    }
    double sum = 0;
    for (int place = 0; place < T * B; place++) {
      if (place / B < LENGTHS[place % B]) {
        sum += defined(x, place * size, y, place * wanted, m, e, least);
      }
    }
    Loss.Value value = value(spec(e, least), x, size, y, wanted);
    assertThat(value.weight()).isEqualTo(6);
    assertThat((double) value.sum().toArray()[0]).isCloseTo(sum, within(2e-6 * Math.abs(sum)));
  }

  /** Far from all Gaussians, and with very small or correlated ones, the loss is still finite. */
  @Test
  void extremePredictionsHaveFiniteLosses() {
    for (float extreme : new float[] {-12, 12}) {
      for (int feature = 0; feature < 7; feature++) {
        float[] x = new float[T * B * 7];
        float[] y = new float[T * B * 3];
        for (int place = 0; place < T * B; place++) {
          x[place * 7 + feature] = extreme;
          y[place * 3] = 9;
          y[place * 3 + 1] = -7;
        }
        Loss.Value value = value(spec(1, 0.01), x, 7, y, 3);
        assertThat(value.sum().toArray()[0]).as("feature " + feature).isFinite();
      }
    }
  }

  /** A Gaussian at a point cannot be denser than its least deviation allows. */
  @Test
  void theLeastDeviationBoundsTheLoss() {
    float[] x = new float[T * B * 6];
    for (int place = 0; place < T * B; place++) {
      x[place * 6 + 3] = -60;
      x[place * 6 + 4] = -60;
    }
    Loss.Value value = value(spec(0, 0.1), x, 6, new float[T * B * 2], 2);
    assertThat(value.sum().toArray()[0] / value.weight())
        .isCloseTo(Math.log(2 * Math.PI * 0.1 * 0.1), within(1e-5));
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> value(spec(1, 0), new float[T * B * 8], 8, new float[T * B * 3], 3))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "[mixture-density] expected a prediction of 1 + 6 M features for 1 events and M Gaussians but got [4, 3, 8]");
    assertThatThrownBy(() -> value(spec(9, 0), new float[T * B * 7], 7, new float[T * B * 3], 3))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> value(spec(1, 0), new float[T * B * 7], 7, new float[T * B * 4], 4))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected a target [4, 3, 3] of two coordinates and 1 events");
  }
}
