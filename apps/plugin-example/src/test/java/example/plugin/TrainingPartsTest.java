package example.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Target;
import dev.comporta.frame.Task;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The loss, the optimizer and the task. */
class TrainingPartsTest {
  private static final Catalog CATALOG = Catalog.load(Task.KIND);

  private static TapeTensor tensor(Tape tape, float... values) {
    TapeTensor tensor = tape.filled(Shape.of(values.length, 1, 1), 0);
    System.arraycopy(values, 0, tensor.data(), tensor.offset(), values.length);
    return tensor;
  }

  @Test
  void theLossIsThatOfTheFormulaEvenForHugeErrors() {
    Tape tape = new Tape(CATALOG.backend("reference"), Workers.ALONE);
    Loss loss = CATALOG.loss(Spec.of("log-cosh"));
    Tensor zeros = tensor(tape, 0, 0, 0);
    Loss.Value value =
        loss.of(tensor(tape, 0.5f, -2, 1e30f), Target.values(zeros, new int[] {3}));
    double expected = Math.log(Math.cosh(0.5)) + Math.log(Math.cosh(2)) + 1e30;
    assertThat((double) value.sum().toArray()[0]).isCloseTo(expected, within(1e24));
    assertThat(value.weight()).isEqualTo(3);
  }

  @Test
  void theOptimizerFollowsItsEquations() {
    Optimizer lion = CATALOG.optimizer(Spec.of("lion").with("weight-decay", 0.5));
    float[] p = {1, -2, 3};
    float[] g = {0.5f, -0.25f, 0};
    float[] m = {-1, 0, 0};
    lion.update(new Optimizer.Update(1, 0.1, p, g, List.of(m), new double[0], 0, 3));
    // c = 0.9 m + 0.1 g = -0.85, -0.025, 0; p - 0.1 (sign(c) + 0.5 p)
    assertThat(p).containsExactly(new float[] {1.05f, -1.8f, 2.85f}, within(1e-6f));
    assertThat(m).containsExactly(new float[] {-0.985f, -0.0025f, 0}, within(1e-6f));
  }

  @Test
  void everythingIsInstalled() {
    assertThat(CATALOG.problems()).isEmpty();
    assertThat(CATALOG.find(Task.KIND, "multiplying").abilities())
        .extracting("name")
        .containsExactly("predict");
  }
}
