package dev.comporta.training.clipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.tensor.WorkerPool;
import dev.comporta.testkit.RelativeError;
import dev.comporta.testkit.Safetensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClippingTest {
  private static final List<Parameter> TWO =
      List.of(new Parameter("a", Shape.of(4, 3), 0), new Parameter("b", Shape.of(7), 12));

  @Test
  void globalNormIsThatOfPyTorch() {
    Safetensors reference = Safetensors.pytorch("clip_norm");
    float[] gradients = joined(reference, "g.a", "g.b");
    double norm = Clipping.of(Spec.of("norm").with("limit", 1)).clip(gradients, TWO);
    assertThat(norm).isCloseTo(reference.tensor("norm").scalar(), within(1e-13 * norm));
    requireClipped(reference, gradients);
  }

  @Test
  void valueIsThatOfPyTorch() {
    Safetensors reference = Safetensors.pytorch("clip_value");
    float[] gradients = joined(reference, "g.a", "g.b");
    Clipping.of(Spec.of("value").with("limit", 0.5)).clip(gradients, TWO);
    requireClipped(reference, gradients);
  }

  @Test
  void parameterNormLimitsEachParameterByItself() {
    float[] gradients = new float[19];
    gradients[1] = 30;
    gradients[4] = 40;
    gradients[13] = 0.5f;
    double norm = Clipping.of(Spec.of("parameter-norm").with("limit", 5)).clip(gradients, TWO);
    assertThat(norm).isCloseTo(Math.sqrt(2500.25), within(1e-12));
    assertThat(gradients[1]).isCloseTo(3, within(1e-6f));
    assertThat(gradients[4]).isCloseTo(4, within(1e-6f));
    assertThat(gradients[13]).isEqualTo(0.5f);
  }

  @Test
  void perLayerLimitsTheParametersOfEachLayerTogether() {
    List<Parameter> parameters =
        List.of(
            new Parameter("layers.1.W", Shape.of(1, 1), 0),
            new Parameter("layers.1.b", Shape.of(1), 1),
            new Parameter("layers.10.W", Shape.of(1, 1), 2),
            new Parameter("free", Shape.of(1), 3),
            new Parameter("free", Shape.of(1), 4));
    float[] gradients = {30, 40, 0.5f, 20, 10};
    double norm = Clipping.of(Spec.of("per-layer").with("limit", 5)).clip(gradients, parameters);
    assertThat(norm).isCloseTo(Math.sqrt(3000.25), within(1e-12));
    assertThat(gradients).containsExactly(new float[] {3, 4, 0.5f, 5, 5}, within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "norm", "value", "per-layer", "parameter-norm"})
  void gradientsWithinTheLimitKeepTheirBits(String name) {
    float[] gradients = new float[19];
    Arrays.fill(gradients, 0.1f);
    float[] before = gradients.clone();
    assertThat(Clipping.of(Spec.of(name)).clip(gradients, TWO))
        .isCloseTo(0.1f * Math.sqrt(19), within(1e-6));
    assertThat(gradients).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "norm", "value", "per-layer", "parameter-norm"})
  void aNormThatIsNotFiniteIsReturnedAndNothingIsHidden(String name) {
    float[] gradients = new float[19];
    Arrays.fill(gradients, 100);
    gradients[12] = Float.POSITIVE_INFINITY;
    float[] before = gradients.clone();
    assertThat(Clipping.of(Spec.of(name)).clip(gradients, TWO)).isInfinite();
    assertThat(gradients).isEqualTo(before);
    gradients[3] = Float.NaN;
    assertThat(Clipping.of(Spec.of(name)).clip(gradients, TWO)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 1021, 65_535, 65_536, 65_537, 200_003})
  void theNormIsExactForEverySize(int size) {
    CounterRandom random = new CounterRandom(3);
    float[] gradients = new float[size + 5];
    Arrays.fill(gradients, Float.MAX_VALUE);
    double exact = 0;
    for (int i = 0; i < size; i++) {
      gradients[2 + i] = (float) random.normal(i);
      exact += (double) gradients[2 + i] * gradients[2 + i];
    }
    List<Parameter> one = List.of(new Parameter("p", Shape.of(size), 2));
    assertThat(new Clipping.None().clip(gradients, one))
        .isCloseTo(Math.sqrt(exact), within(1e-13 * Math.sqrt(exact)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "norm", "value", "per-layer", "parameter-norm"})
  void anyNumberOfThreadsGivesTheSameBits(String name) {
    int first = 200_003;
    List<Parameter> parameters =
        List.of(
            new Parameter("layers.0.W", Shape.of(first), 0),
            new Parameter("layers.1.W", Shape.of(70_001), first),
            new Parameter("layers.1.b", Shape.of(3), first + 70_001));
    CounterRandom random = new CounterRandom(4);
    float[] alone = new float[first + 70_004];
    for (int i = 0; i < alone.length; i++) {
      alone[i] = (float) random.normal(i);
    }
    float[] shared = alone.clone();
    Clipping clipping = Clipping.of(Spec.of(name));
    double norm = clipping.clip(alone, parameters);
    try (WorkerPool pool = new WorkerPool(3)) {
      assertThat(clipping.clip(shared, parameters, pool)).isEqualTo(norm);
    }
    assertThat(shared).isEqualTo(alone);
  }

  @Test
  void hugeAndTinyGradientsNeitherOverflowNorVanish() {
    List<Parameter> two = List.of(new Parameter("p", Shape.of(2), 0));
    float[] huge = {3e38f, 3e38f};
    assertThat(new Clipping.GlobalNorm(5).clip(huge, two)).isBetween(4.2e38, 4.3e38);
    assertThat(Math.hypot(huge[0], huge[1])).isCloseTo(5, within(1e-5));
    float[] tiny = {1e-30f, 0};
    assertThat(new Clipping.GlobalNorm(5).clip(tiny, two)).isCloseTo(1e-30, within(1e-37));
    assertThat(tiny[0]).isEqualTo(1e-30f);
  }

  @Test
  void aSmallLimitFeelsTheEpsilonOfPyTorch() {
    float[] gradients = {3e-6f, 4e-6f};
    List<Parameter> two = List.of(new Parameter("p", Shape.of(2), 0));
    assertThat(new Clipping.GlobalNorm(1e-6).clip(gradients, two)).isCloseTo(5e-6, within(1e-12));
    assertThat(gradients[0]).isCloseTo(0.5e-6f, within(1e-12f)); // 1 / (5 + 1) of it
  }

  @Test
  void otherOrdersOfTheNormAreLimitedToo() {
    List<Parameter> three = List.of(new Parameter("p", Shape.of(3), 0));
    float[] one = {3, -4, 1};
    Clipping sum = Clipping.of(Spec.of("norm").with("limit", 2).with("order", 1));
    assertThat(sum.clip(one, three)).as("still the Euclidean norm").isEqualTo(Math.sqrt(26));
    assertThat(one).containsExactly(new float[] {0.75f, -1, 0.25f}, within(1e-6f));
    float[] infinity = {3, -4, 1};
    Clipping.of(Spec.of("norm").with("limit", 2).with("order", "infinity")).clip(infinity, three);
    assertThat(infinity).containsExactly(new float[] {1.5f, -2, 0.5f}, within(1e-6f));
    float[] cube = {3, -4, 1};
    Clipping.GlobalNorm third = new Clipping.GlobalNorm(1, 3);
    assertThat(third.norm(cube, three)).isCloseTo(Math.cbrt(92), within(1e-12));
    third.clip(cube, three);
    assertThat(third.norm(cube, three)).isCloseTo(1, within(1e-6));
    float[] broken = {3, Float.NaN, 1};
    assertThat(new Clipping.GlobalNorm(1, Double.POSITIVE_INFINITY).clip(broken, three)).isNaN();
    assertThat(broken).containsExactly(3, Float.NaN, 1);
    assertThatThrownBy(() -> Clipping.of(Spec.of("norm").with("order", -1)))
        .hasMessage("[norm] option 'order' expected a number above 0 but got -1");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> Clipping.of(Spec.of("norms")))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("did you mean 'norm'?");
    assertThatThrownBy(() -> Clipping.of(Spec.of("norm").with("limit", 0)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[norm] option 'limit' expected a number above 0 but got 0");
    assertThatThrownBy(() -> Clipping.of(Spec.of("norm").with("max", 1)))
        .isInstanceOf(UnknownNameException.class);
  }

  private static void requireClipped(Safetensors reference, float[] gradients) {
    RelativeError.require(
        "a",
        Arrays.copyOfRange(gradients, 0, 12),
        reference.tensor("clipped.a").values(),
        RelativeError.OUTPUT);
    RelativeError.require(
        "b",
        Arrays.copyOfRange(gradients, 12, 19),
        reference.tensor("clipped.b").values(),
        RelativeError.OUTPUT);
  }

  private static float[] joined(Safetensors reference, String first, String second) {
    float[] a = reference.tensor(first).floats();
    float[] b = reference.tensor(second).floats();
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
