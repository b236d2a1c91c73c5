package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.testkit.backend.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Recording, accumulation of gradients, and ownership of memory. */
class TapeTest {
  private final Tape tape = new Tape(Engines.reference(), Workers.ALONE);

  private TapeTensor variable(float... values) {
    return tape.variable(Shape.of(values.length), values);
  }

  private static float[] gradient(TapeTensor x) {
    return Objects.requireNonNull(x.gradient(), "no gradient").toArray();
  }

  @Test
  void gradientsOfSeveralUsesAdd() {
    TapeTensor x = variable(2, -3);
    // x^3 + 4 x + x: three uses in products, one multiplied by a scalar, one as a summand
    Tensor y = x.times(x).times(x).plus(x.times(4)).plus(x);
    tape.backward(y.sum());
    assertThat(gradient(x)).containsExactly(3 * 4 + 5, 3 * 9 + 5);
  }

  /** Both operands of a sum get the same cotangent; adding to one must not change the other. */
  @Test
  void sharedCotangentsAreNotWrittenTo() {
    TapeTensor a = variable(1, 2, 3, 4);
    TapeTensor b = variable(5, 6, 7, 8);
    Tensor sum = a.plus(b);
    Tensor part = a.slice(0, 1, 3).times(10);
    TapeTensor d = tape.constant(Shape.of(4), new float[] {1, 1, 1, 1}, 0);
    tape.backward(sum.plus(part.apply(new Op.Pad(0, 1, 4))), d);
    assertThat(gradient(a)).containsExactly(1, 11, 11, 1);
    assertThat(gradient(b)).containsExactly(1, 1, 1, 1);
    assertThat(d.toArray()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void reshapingSharesValuesButNotGradients() {
    TapeTensor x = variable(1, 2, 3, 4, 5, 6);
    TapeTensor matrix = (TapeTensor) x.reshape(2, 3);
    assertThat(matrix.data()).isSameAs(x.data());
    Tensor y = matrix.sum(1).sum().plus(matrix.slice(0, 1, 2).sum()).plus(x.times(7).sum());
    tape.backward(y);
    assertThat(gradient(x)).containsExactly(8, 8, 8, 9, 9, 9);
  }

  @Test
  void theGradientOfAVariableIsAddedToItsStorage() {
    float[] parameters = {9, 2, 3, 9};
    float[] gradients = {100, 10, 20, 100};
    for (int step = 1; step <= 2; step++) {
      TapeTensor x = tape.variable(Shape.of(2), parameters, 1, gradients, 1);
      tape.backward(x.times(x).sum());
      assertThat(gradients).containsExactly(100, 10 + step * 4, 20 + step * 6, 100);
      tape.reset();
    }
    assertThat(parameters).containsExactly(9, 2, 3, 9);
  }

  @Test
  void matrixProductsAddTheirWeightGradientsInPlace() {
    float[] weights = {1, 2, 3, 4};
    float[] gradients = new float[4];
    TapeTensor w = tape.variable(Shape.of(2, 2), weights, 0, gradients, 0);
    TapeTensor x = tape.constant(Shape.of(1, 2), new float[] {1, -1}, 0);
    tape.backward(x.matmul(w).plus(x.matmulTransposed(w)).plus(x.matmul(w)).sum());
    // x^T d twice, and d^T x
    assertThat(gradients).containsExactly(2 + 1, 2 - 1, -2 + 1, -2 - 1);
  }

  @Test
  void constantsAndStoppedTensorsGetNoGradient() {
    TapeTensor x = variable(2);
    TapeTensor constant = tape.constant(Shape.of(1), new float[] {3}, 0);
    Tensor y = x.times(constant).plus(x.stopGradient().times(x)).plus(x.constant(Shape.of(), 1));
    tape.backward(y.sum());
    assertThat(gradient(x)).containsExactly(3 + 2);
    assertThat(constant.gradient()).isNull();
    assertThat(constant.differentiable()).isFalse();
  }

  @Test
  void unusedTensorsGetNoGradient() {
    TapeTensor x = variable(1);
    TapeTensor unused = variable(1);
    Tensor dead = unused.times(3);
    tape.backward(x.times(2).sum());
    assertThat(gradient(x)).containsExactly(2);
    assertThat(unused.gradient()).isNull();
    assertThat(dead.toArray()).containsExactly(3);
  }

  @Test
  void nothingIsRecordedWhileRecordingIsOff() {
    TapeTensor x = variable(3);
    tape.setRecording(false);
    TapeTensor quiet = (TapeTensor) x.times(x);
    tape.record(() -> {
      throw new IllegalStateException("recorded");
    });
    assertThat(quiet.differentiable()).isFalse();
    assertThat(tape.recording()).isFalse();
    tape.setRecording(true);
    tape.backward(x.times(quiet).sum());
    assertThat(gradient(x)).containsExactly(9);
    assertThat(tape.recording()).isTrue();
  }

  @Test
  void aFunctionIsCalledBetweenItsUsersAndItsOperands() {
    TapeTensor x = variable(1, 2);
    TapeTensor before = (TapeTensor) x.times(2);
    TapeTensor doubled = tape.view(Shape.of(2), new float[] {4, 8}, 0);
    List<String> asked = new ArrayList<>();
    tape.record(() -> {
      asked.add("first");
      TapeTensor d = Objects.requireNonNull(doubled.gradient());
      tape.accumulate(before, (TapeTensor) d.times(2));
      TapeTensor target = before.gradientTarget();
      target.data()[target.offset()] += 100;
    });
    tape.record(() -> asked.add("last"));
    tape.backward(doubled.times(5).sum());
    assertThat(asked).containsExactly("last", "first");
    assertThat(gradient(x)).containsExactly(2 * (100 + 10), 2 * 10);
  }

  private TapeTensor table() {
    return tape.variable(Shape.of(2, 3), new float[6]);
  }

  /** Records a function of a variable, and tells whether its gradient was unshared. */
  private boolean isUnshared(UnaryOperator<Tensor> then) {
    TapeTensor result = table();
    boolean[] unshared = new boolean[1];
    tape.record(() -> unshared[0] = result.gradientIsUnshared());
    Tensor y = then.apply(result);
    if (y.shape().count() == 1) {
      tape.backward(y);
    } else {
      tape.backward(y, tape.filled(y.shape(), 1));
    }
    return unshared[0];
  }

  @Test
  void aGradientIsUnsharedIfNothingElseReadsIt() {
    assertThat(isUnshared(y -> y.times(3).sum())).as("a new array").isTrue();
    assertThat(isUnshared(y -> y.reshape(3, 2).reshape(6).times(y.reshape(6)).sum()))
        .as("two arrays, added")
        .isTrue();
    assertThat(isUnshared(y -> y.reshape(6).times(2).sum())).as("a view").isTrue();
    assertThat(isUnshared(y -> y.plus(table()).times(2).sum())).as("of two summands").isFalse();
    assertThat(isUnshared(y -> y.reshape(6).plus(table().reshape(6)).times(2).sum()))
        .as("of views of two summands")
        .isFalse();
    assertThat(isUnshared(y -> y.plus(table()).times(2).sum().plus(y.sum())))
        .as("of two summands, then added to")
        .isTrue();
    assertThat(isUnshared(y -> y)).as("the caller's cotangent").isFalse();
    assertThat(isUnshared(y -> y.reshape(6))).as("a view of the caller's cotangent").isFalse();
    assertThat(isUnshared(y -> table().sum())).as("no gradient").isFalse();
  }

  @Test
  void recordingIsRestoredAfterAFunctionThrows() {
    TapeTensor x = variable(1);
    tape.record(() -> {
      throw new IllegalStateException("no gradient here");
    });
    assertThatThrownBy(() -> tape.backward(x.sum()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no gradient here");
    assertThat(tape.recording()).isTrue();
    tape.walkBack(); // the record is empty: the function is not called again
  }

  @Test
  void aStepReusesTheMemoryOfThePreviousStep() {
    float[] weights = Samples.gaussian(1, 64 * 64);
    float[] gradients = new float[64 * 64];
    float[] first = {};
    long capacity = 0;
    for (int step = 0; step < 6; step++) {
      tape.reset();
      Arrays.fill(gradients, 0);
      TapeTensor w = tape.variable(Shape.of(64, 64), weights, 0, gradients, 0);
      Tensor h = tape.filled(Shape.of(33, 64), 0.1f);
      for (int t = 0; t < 10; t++) {
        h = h.matmul(w).tanh().plus(h.slice(1, 0, 1));
      }
      tape.backward(h.sum());
      if (step == 0) {
        first = gradients.clone();
        capacity = tape.workspace().capacity();
      }
      assertThat(gradients).as("step %d", step).isEqualTo(first);
    }
    assertThat(tape.workspace().capacity()).isEqualTo(capacity);
  }

  @Test
  void errors() {
    TapeTensor x = variable(1, 2);
    assertThatThrownBy(() -> tape.backward(x))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[backward] expected a scalar but got [2]; sum it first");
    Tape other = new Tape(Engines.reference(), Workers.ALONE);
    TapeTensor stranger = other.variable(Shape.of(2), new float[2]);
    assertThatThrownBy(() -> x.plus(stranger))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[tape] expected operands of one tape but got a tensor of another engine; was it kept"
                + " from an earlier step?");
    assertThatThrownBy(() -> tape.accumulate(x, variable(1, 2, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[backward] expected a gradient of [2] but got [3]");
    assertThatThrownBy(() -> tape.constant(Shape.of(2, 3), new float[7], 2))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "[tensor] expected storage for 6 values of [2, 3] from offset 2 but the array has 7");
    assertThatThrownBy(() -> tape.view(Shape.of(1), new float[7], -1))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> tape.variable(Shape.of(2), new float[2], 0, new float[2], 1))
        .isInstanceOf(ShapeException.class);
  }
}
