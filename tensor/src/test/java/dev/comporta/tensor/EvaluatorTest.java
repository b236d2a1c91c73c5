package dev.comporta.tensor;

import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.testkit.backend.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations that run on several threads, and operations that validate their ids. */
class EvaluatorTest {
  /** More than one task of elements, with a remainder. */
  private static final int ROWS = 71;

  private static final int COLUMNS = 523;

  /** Values and gradients of every operation that divides its work into tasks. */
  private static List<float[]> results(TensorBackend backend, Workers workers) {
    Tape tape = new Tape(backend, workers);
    TapeTensor x = tape.variable(Shape.of(ROWS, COLUMNS), Samples.gaussian(1, ROWS * COLUMNS));
    TapeTensor z = tape.variable(Shape.of(ROWS, COLUMNS), Samples.gaussian(2, ROWS * COLUMNS));
    TapeTensor w = tape.variable(Shape.of(COLUMNS, 37), Samples.gaussian(3, COLUMNS * 37));
    TapeTensor row = tape.variable(Shape.of(COLUMNS), Samples.gaussian(4, COLUMNS));
    TapeTensor column = tape.variable(Shape.of(ROWS, 1), Samples.gaussian(5, ROWS));
    int[] labels = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      labels[i] = i % 7 == 0 ? -1 : i * 31 % COLUMNS;
    }
    Op greater = new Op.Binary(BinaryFunction.GREATER);
    List<Tensor> results =
        List.of(
            x.tanh(),
            x.times(0.3f).plus(2),
            x.times(z),
            x.plus(row),
            column.minus(x),
            x.apply(greater, z).select(row, column),
            column.apply(new Op.BroadcastTo(Shape.of(ROWS, COLUMNS))),
            x.sum(0),
            x.sum(1),
            x.sum(),
            x.maxLast(),
            x.softmax(),
            x.logSoftmax(),
            x.apply(new Op.CrossEntropy(new Ids(1, ROWS, labels))),
            x.matmul(w),
            x.apply(new Op.MatMul(true, false), z),
            x.matmulTransposed(z));
    List<float[]> values = new ArrayList<>();
    for (Tensor result : results) {
      values.add(result.toArray());
      tape.accumulate(
          (TapeTensor) result,
          tape.constant(result.shape(), Samples.gaussian(6, result.shape().count()), 0));
    }
    tape.walkBack();
    for (TapeTensor variable : List.of(x, z, w, row, column)) {
      values.add(variable.gradientTarget().toArray());
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void threadsDoNotChangeTheBits(TensorBackend backend) {
    List<float[]> alone = results(backend, Workers.ALONE);
    for (int threads = 1; threads <= 3; threads++) {
      try (WorkerPool workers = new WorkerPool(threads)) {
        List<float[]> shared = results(backend, workers);
        for (int i = 0; i < alone.size(); i++) {
          String where = "result %d of %s on %d threads".formatted(i, backend.name(), threads);
          assertSameBits(alone.get(i), shared.get(i), () -> where);
        }
      }
    }
  }

  @Test
  void idsAndLabelsAreChecked() {
    Tape tape = new Tape(Engines.reference(), Workers.ALONE);
    TapeTensor table = tape.variable(Shape.of(3, 2), new float[6]);
    Ids tooLarge = new Ids(2, 2, new int[] {0, 2, 3, 0});
    assertThatThrownBy(() -> table.apply(new Op.Gather(tooLarge)))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[embedding] expected ids between 0 and 2 but got 3 at timestep 1 of row 0");
    Ids negative = new Ids(1, 3, new int[] {0, 1, -1});
    assertThatThrownBy(() -> table.apply(new Op.ScatterAdd(negative, 3)))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[embedding] expected ids between 0 and 2 but got -1 at timestep 0 of row 2");
    Ids labels = new Ids(3, 1, new int[] {-1, 2, 0});
    assertThatThrownBy(() -> table.apply(new Op.CrossEntropy(labels)))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[cross-entropy] expected labels below 2 classes but got 2 at timestep 1 of row 0; is"
                + " the output layer as large as the vocabulary?");
    TapeTensor d = tape.filled(Shape.of(3), 1);
    assertThatThrownBy(() -> table.apply(new Op.CrossEntropyGradient(labels), d))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("[cross-entropy] expected labels below 2 classes but got 2");
  }

  /** An ignored label contributes nothing, even if the row contains NaN. */
  @ParameterizedTest
  @MethodSource("dev.comporta.tensor.Engines#backends")
  void ignoredLabelsKeepNanOut(TensorBackend backend) {
    Tape tape = new Tape(backend, Workers.ALONE);
    float[] logits = new float[6];
    Arrays.fill(logits, 3, 6, Float.NaN);
    TapeTensor x = tape.variable(Shape.of(2, 3), logits);
    Tensor loss = x.apply(new Op.CrossEntropy(new Ids(1, 2, new int[] {1, -1})));
    tape.backward(loss.sum());
    float third = 1 / 3f;
    float[] gradient = x.gradientTarget().toArray();
    Samples.assertWithin(Math.log(3), loss.toArray()[0], 3e-7, () -> "loss");
    Samples.assertSameBits(0, loss.toArray()[1], () -> "ignored loss");
    float[] expected = {third, third - 1, third, 0, 0, 0};
    for (int i = 0; i < 6; i++) {
      Samples.assertWithin(expected[i], gradient[i], 1e-7, () -> "gradient");
    }
  }
}
