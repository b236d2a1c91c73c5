package dev.comporta.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActivationPenaltyTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int H = 4;
  private static final double A = 2;
  private static final double S = 0.7;

  private static float[] normal(String name) {
    CounterRandom random = new CounterRandom(4);
    float[] values = new float[T * B * H];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.stream(name).normal(i);
    }
    return values;
  }

  /** The formula in double, element by element. */
  private static double exact(double[] raw, double[] dropped, int[] lengths) {
    double squares = 0;
    double changes = 0;
    int count = 0;
    int pairs = 0;
    for (int row = 0; row < B; row++) {
      for (int t = 0; t < lengths[row]; t++) {
        for (int k = 0; k < H; k++) {
          int at = (t * B + row) * H + k;
          squares += dropped[at] * dropped[at];
          count++;
          if (t + 1 < lengths[row]) {
            double change = raw[at + B * H] - raw[at];
            changes += change * change;
            pairs++;
          }
        }
      }
    }
    return A * squares / count + S * changes / pairs;
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static void check(int @Nullable [] lengths, int[] counted) {
    float[] raw = normal("raw");
    float[] dropped = normal("dropped");
    float[] rawGradient = new float[raw.length];
    float[] droppedGradient = new float[raw.length];
    Tape tape = new Tape(Catalog.load().backend("reference"), Workers.ALONE);
    Shape shape = Shape.of(T, B, H);
    TapeTensor r = tape.variable(shape, raw, 0, rawGradient, 0);
    TapeTensor d = tape.variable(shape, dropped, 0, droppedGradient, 0);
    TapeTensor penalty =
        (TapeTensor)
            new ActivationPenalty(0, 1, A, S)
                .of(List.of(Sequence.of(r, lengths), Sequence.of(d, lengths)));
    assertThat(penalty.shape().rank()).isZero();
    double[] wideRaw = doubles(raw);
    double[] wideDropped = doubles(dropped);
    double value = exact(wideRaw, wideDropped, counted);
    assertThat((double) penalty.toArray()[0]).isCloseTo(value, within(1e-6 * value));
    tape.backward(penalty);
    requireGradient(rawGradient, wideRaw, () -> exact(wideRaw, wideDropped, counted));
    requireGradient(droppedGradient, wideDropped, () -> exact(wideRaw, wideDropped, counted));
  }

  private static void requireGradient(
      float[] gradient, double[] values, java.util.function.DoubleSupplier function) {
    double step = 1e-5;
    for (int i = 0; i < values.length; i++) {
      double before = values[i];
      values[i] = before + step;
      double above = function.getAsDouble();
      values[i] = before - step;
      double below = function.getAsDouble();
      values[i] = before;
      assertThat((double) gradient[i])
          .as("element %d", i)
          .isCloseTo((above - below) / (2 * step), within(1e-6));
    }
  }

  @Test
  void allTimestepsCountWithoutLengths() {
    check(null, new int[] {T, T, T});
  }

  @Test
  void paddingAndTheStepIntoItDoNotCount() {
    check(new int[] {5, 1, 3}, new int[] {5, 1, 3});
    check(new int[] {4, 0, 2}, new int[] {4, 0, 2});
  }

  @Test
  void oneTimestepHasNoChange() {
    Tape tape = new Tape(Catalog.load().backend("reference"), Workers.ALONE);
    TapeTensor one = tape.constant(Shape.of(1, 1, 2), new float[] {3, 1}, 0);
    Sequence sequence = Sequence.of(one);
    assertThat(new ActivationPenalty(0, 0, 1, 9).of(List.of(sequence)).toArray())
        .containsExactly(5);
  }
}
