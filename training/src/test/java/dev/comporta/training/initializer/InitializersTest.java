package dev.comporta.training.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.training.Initializer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitializersTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final int OFFSET = 3;

  @ParameterizedTest
  @CsvSource({
    "glorot-uniform, 2, 300, true",
    "glorot-normal, 2, 300, false",
    "he-uniform, 2, 200, true",
    "he-normal, 2, 200, false",
    "lecun-uniform, 1, 200, true",
    "lecun-normal, 1, 200, false"
  })
  void scaledInitialisersHaveTheVarianceOfTheirPaper(
      String name, double numerator, double fan, boolean uniform) {
    ParameterSpec spec = ParameterSpec.matrix("W", 200, 400).withFans(200, 100);
    float[] values = fill(Spec.of(name).with("gain", 3), spec);
    double deviation = 3 * Math.sqrt(numerator / fan);
    assertMoments(values, 0, deviation);
    double limit = Math.sqrt(3) * deviation;
    double largest = largest(values);
    if (uniform) {
      assertThat(largest).isBetween(0.999 * limit, limit * (1 + 1e-6));
    } else {
      assertThat(largest).isGreaterThan(3.5 * deviation);
    }
  }

  @Test
  void uniformAndNormalFollowTheirOptions() {
    ParameterSpec spec = ParameterSpec.matrix("W", 200, 400);
    float[] uniform = fill(Spec.of("uniform").with("low", 1).with("high", 3), spec);
    assertMoments(uniform, 2, 2 / Math.sqrt(12));
    for (float value : uniform) {
      assertThat(value).isBetween(1f, 3f);
    }
    float[] normal = fill(Spec.of("normal").with("mean", -1).with("deviation", 0.5), spec);
    assertMoments(normal, -1, 0.5);
    assertThatThrownBy(() -> initializer(Spec.of("uniform").with("low", 2)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[uniform] option 'high' expected a number of 2.0 or more, the option 'low', but got 0.05");
  }

  @Test
  void constantsFillEveryElement() {
    ParameterSpec spec = ParameterSpec.bias("b", 7);
    assertThat(fill(Spec.of("zeros"), spec)).containsOnly(0f).hasSize(7);
    assertThat(fill(Spec.of("ones"), spec)).containsOnly(1f);
    assertThat(fill(Spec.of("constant").with("value", -2.5), spec)).containsOnly(-2.5f);
  }

  @ParameterizedTest
  @CsvSource({"37, 37, 1", "64, 20, 1", "20, 64, 1", "33, 33, 4", "1, 1, 2", "5, 1, 3"})
  void orthogonalBlocksAreOrthonormal(int rows, int columns, int blocks) {
    ParameterSpec spec = ParameterSpec.matrix("U", rows, blocks * columns);
    Spec orthogonal = Spec.of("orthogonal").with("blocks", blocks).with("gain", 2);
    float[] u = fill(orthogonal, spec);
    boolean tall = rows >= columns;
    int vectors = Math.min(rows, columns);
    for (int block = 0; block < blocks; block++) {
      for (int a = 0; a < vectors; a++) {
        for (int b = 0; b < vectors; b++) {
          double dot = 0;
          for (int i = 0; i < Math.max(rows, columns); i++) {
            int left = tall ? i * blocks * columns + a : a * blocks * columns + i;
            int right = tall ? i * blocks * columns + b : b * blocks * columns + i;
            dot += (double) u[block * columns + left] * u[block * columns + right];
          }
          assertThat(dot).as("%d . %d", a, b).isCloseTo(a == b ? 4 : 0, within(2e-6));
        }
      }
    }
    if (blocks > 1 && columns > 1) {
      assertThat(Arrays.copyOfRange(u, 0, columns))
          .isNotEqualTo(Arrays.copyOfRange(u, columns, 2 * columns));
    }
  }

  @Test
  void orthogonalMatricesAreDrawnWithoutAPreferredSign() {
    int positive = 0;
    for (int seed = 0; seed < 400; seed++) {
      float[] u = fill(initializer(Spec.of("orthogonal")), ParameterSpec.matrix("U", 3, 3), seed);
      positive += u[0] > 0 ? 1 : 0;
    }
    assertThat(positive).isBetween(150, 250);
  }

  @Test
  void identityRepeatsInEveryBlock() {
    float[] u =
        fill(
            Spec.of("identity").with("blocks", 2).with("gain", 0.5),
            ParameterSpec.matrix("U", 2, 6));
    assertThat(u).containsExactly(0.5f, 0, 0, 0.5f, 0, 0, 0, 0.5f, 0, 0, 0.5f, 0);
  }

  @Test
  void forgetBiasSetsOneGate() {
    assertThat(fill(Spec.of("forget-bias"), ParameterSpec.bias("b", 8)))
        .containsExactly(0, 0, 1, 1, 0, 0, 0, 0);
    Spec third = Spec.of("forget-bias").with("gates", 3).with("gate", 2).with("value", 5);
    assertThat(fill(third, ParameterSpec.bias("b", 6))).containsExactly(0, 0, 0, 0, 5, 5);
  }

  @Test
  void chronoBiasesSpanTheTimesUpToTheLongest() {
    float[] b = fill(Spec.of("chrono").with("longest", 101), ParameterSpec.bias("b", 4000));
    double mean = 0;
    for (int unit = 0; unit < 1000; unit++) {
      float forget = b[1000 + unit];
      assertThat(forget).isBetween(0f, (float) Math.log(100) + 1e-6f);
      assertThat(b[unit]).isEqualTo(-forget);
      assertThat(b[2000 + unit]).isZero();
      assertThat(b[3000 + unit]).isZero();
      mean += Math.exp(forget) / 1000;
    }
    assertThat(mean).isCloseTo(50.5, within(3.0)); // uniform between 1 and 100
    Spec gru = Spec.of("chrono").with("longest", 10).with("gates", 3).with("input-gate", -1);
    float[] z = fill(gru, ParameterSpec.bias("b", 9));
    assertThat(Arrays.copyOfRange(z, 0, 3)).containsOnly(0f);
    assertThat(z[3]).isPositive();
    assertThat(Arrays.copyOfRange(z, 6, 9)).containsOnly(0f);
  }

  @Test
  void cellsTakeInitialisersByOption() {
    Spec lstm =
        Spec.of("recurrent")
            .with("cell", Spec.of("lstm").with("chrono", 50))
            .with("hidden", 3)
            .with("input-initializer", Spec.of("normal").with("deviation", 0.1))
            .with("recurrent-initializer", "identity");
    SequenceModel model =
        SequenceModel.build(
            Spec.of("sequential").with("input-size", 2).with("layers", List.of(lstm)), CATALOG);
    model.initialize(CATALOG, new CounterRandom(3));
    float[] b = model.parameters().copy("layers.0.cell.b");
    for (int unit = 0; unit < 3; unit++) {
      assertThat(b[3 + unit]).isBetween(0.01f, (float) Math.log(49));
      assertThat(b[unit]).isEqualTo(-b[3 + unit]);
    }
    float[] u = model.parameters().copy("layers.0.cell.U"); // one identity matrix per gate
    for (int i = 0; i < u.length; i++) {
      assertThat(u[i]).isEqualTo(i % 12 % 3 == i / 12 ? 1 : 0);
    }
    assertThat(largest(model.parameters().copy("layers.0.cell.W"))).isBetween(0.01, 0.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chrono",
        "constant",
        "forget-bias",
        "glorot-normal",
        "glorot-uniform",
        "he-normal",
        "he-uniform",
        "identity",
        "lecun-normal",
        "lecun-uniform",
        "normal",
        "ones",
        "orthogonal",
        "uniform",
        "zeros"
      })
  void writesItsOwnRangeAndIsTheSameForTheSameSeed(String name) {
    Spec spec = Spec.of(name);
    Initializer initializer = initializer(name.equals("chrono") ? spec.with("longest", 50) : spec);
    ParameterSpec parameter = ParameterSpec.matrix("W", 8, 12);
    float[] one = fill(initializer, parameter, 1);
    assertThat(fill(initializer, parameter, 1)).isEqualTo(one);
    float[] other = fill(initializer, parameter, 2);
    boolean random = name.matches("chrono|.*normal|.*uniform|orthogonal");
    assertThat(Arrays.equals(one, other)).isEqualTo(!random);
  }

  @Test
  void saysWhichParameterDoesNotFit() {
    assertThatThrownBy(() -> fill(Spec.of("orthogonal"), ParameterSpec.bias("b", 4)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[orthogonal] expected a matrix but parameter 'b' is [4]");
    assertThatThrownBy(() -> fill(Spec.of("forget-bias"), ParameterSpec.bias("b", 6)))
        .hasMessage(
            "[forget-bias] expected parameter 'b' to divide into 4 blocks along its last axis but it is [6]");
    assertThatThrownBy(() -> initializer(Spec.of("chrono")))
        .hasMessage("[chrono] expected an option 'longest'");
    assertThatThrownBy(
            () -> initializer(Spec.of("chrono").with("longest", 9).with("input-gate", 1)))
        .hasMessage(
            "[chrono] expected two different gates but 'forget-gate' and 'input-gate' are both 1");
    assertThatThrownBy(() -> initializer(Spec.of("forget-bias").with("gate", 4)))
        .hasMessage("[forget-bias] option 'gate' expected a number between 0 and 3 but got 4");
    ParameterSpec noFan = new ParameterSpec("W", Shape.of(2, 2), Spec.of("zeros"), 0, 2);
    assertThatThrownBy(() -> fill(Spec.of("he-normal"), noFan))
        .hasMessage(
            "[he-normal] expected fans of 1 or more for parameter 'W' but got fan-in 0 and fan-out 2");
  }

  private static void assertMoments(float[] values, double mean, double deviation) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double m = sum / values.length;
    double s = Math.sqrt(squares / values.length - m * m);
    double standardError = deviation / Math.sqrt(values.length);
    assertThat(m).isCloseTo(mean, within(5 * standardError));
    assertThat(s).isCloseTo(deviation, within(5 * standardError));
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static Initializer initializer(Spec spec) {
    return CATALOG.initializer(spec);
  }

  private static float[] fill(Spec spec, ParameterSpec parameter) {
    return fill(initializer(spec), parameter, 42);
  }

  /** The parameter's values, written into a larger array whose other elements must not change. */
  private static float[] fill(Initializer initializer, ParameterSpec parameter, long seed) {
    int count = parameter.shape().count();
    float[] storage = new float[OFFSET + count + 2];
    Arrays.fill(storage, Float.NaN);
    initializer.fill(parameter, storage, OFFSET, new CounterRandom(seed));
    for (int i = 0; i < storage.length; i++) {
      boolean inside = i >= OFFSET && i < OFFSET + count;
      assertThat(Float.isNaN(storage[i])).as("element %d", i).isEqualTo(!inside);
    }
    return Arrays.copyOfRange(storage, OFFSET, OFFSET + count);
  }
}
