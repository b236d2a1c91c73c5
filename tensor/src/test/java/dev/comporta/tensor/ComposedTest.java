package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations on vectors that are composed of others, and elements at other places. */
class ComposedTest {
  private static Tape tape(TensorBackend backend) {
    return new Tape(backend, Workers.ALONE);
  }

  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void productsUpToEachElement(TensorBackend backend) {
    Tape tape = tape(backend);
    TapeTensor x = tape.variable(Shape.of(2, 5), new float[] {2, 3, 0, 5, 7, 1, -2, 3, -4, 5});
    Tensor y = x.cumulativeProduct();
    assertThat(y.toArray()).containsExactly(2, 6, 0, 0, 0, 1, -2, -6, 24, 120);
    tape.accumulate((TapeTensor) y, tape.constant(y.shape(), ones(10), 0));
    tape.walkBack();
    // Of the sum of all products; the zero has the gradient 2 3 (1 + 5 + 5 7).
    assertThat(x.gradientTarget().toArray())
        .containsExactly(4, 2, 246, 0, 0, 137, -68, 46, -36, 24);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void theLargestElementsAreMarked(TensorBackend backend) {
    Tensor x =
        tape(backend)
            .variable(
                Shape.of(2, 1, 4), new float[] {1, 5, 5, 2, Float.POSITIVE_INFINITY, -1, -1, -1});
    assertThat(x.topMask(0).toArray()).containsOnly(0);
    assertThat(x.topMask(1).toArray()).containsExactly(0, 1, 0, 0, 1, 0, 0, 0);
    assertThat(x.topMask(3).toArray()).containsExactly(0, 1, 1, 1, 1, 1, 1, 0);
    assertThat(x.topMask(9).toArray()).containsOnly(1);
    assertThat(x.topMask(2).shape()).isEqualTo(x.shape());
  }

  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void columnsMoveAndMissingOnesAreZero(TensorBackend backend) {
    Tape tape = tape(backend);
    TapeTensor x = tape.variable(Shape.of(2, 3), new float[] {1, 2, 3, 4, 5, 6});
    Tensor y = x.gatherColumns(new Ids(2, 2, new int[] {2, -1, 0, 2}));
    assertThat(y.toArray()).containsExactly(3, 0, 1, 3, 6, 0, 4, 6);
    tape.accumulate((TapeTensor) y, tape.constant(y.shape(), ones(8), 0));
    tape.walkBack();
    assertThat(x.gradientTarget().toArray()).containsExactly(1, 0, 2, 1, 0, 2);
    assertThatThrownBy(() -> x.gatherColumns(new Ids(1, 1, new int[] {3})))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[gather-columns] expected numbers below 3, the size of the last axis, but got 3");
  }
}
