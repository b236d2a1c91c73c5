package example.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The equations with numbers; everything else is tested by the contracts. */
class CellsTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final TensorBackend BACKEND = CATALOG.backend("reference");

  private static SequenceModel model(String cell, int input, int hidden) {
    Spec layer = Spec.of("recurrent").with("cell", Spec.of(cell)).with("hidden", hidden);
    SequenceModel model =
        SequenceModel.build(
            Spec.of(SequenceModel.KIND).with("input-size", input).with("layers", List.of(layer)),
            CATALOG);
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.5f * (float) new CounterRandom(1).normal(i); // biases that are not zero, too
    }
    model.parameters().changed();
    return model;
  }

  /** One unit, two timesteps, next to the equations in double. */
  @Test
  void fastGrnnFollowsItsEquations() {
    SequenceModel model = model("fast-grnn", 1, 1);
    double[] p = doubles(model.parameters().values()); // W U b_z b_n zeta_0 nu_0
    double h = 0;
    for (double x : new double[] {0.3, -1.2}) {
      double a = x * p[0] + h * p[1];
      double z = sigmoid(a + p[2]);
      double n = Math.tanh(a + p[3]);
      h = (sigmoid(p[4]) * (1 - z) + sigmoid(p[5])) * n + z * h;
    }
    assertThat(last(model)).isCloseTo((float) h, within(1e-6f));
  }

  @Test
  void theChaosFreeCellFollowsItsEquations() {
    SequenceModel model = model("chaos-free", 1, 1);
    double[] p = doubles(model.parameters().values()); // W_f W_i W U_f U_i b_f b_i
    double h = 0;
    for (double x : new double[] {0.3, -1.2}) {
      double f = sigmoid(x * p[0] + h * p[3] + p[5]);
      double i = sigmoid(x * p[1] + h * p[4] + p[6]);
      h = f * Math.tanh(h) + i * Math.tanh(x * p[2]);
    }
    assertThat(last(model)).isCloseTo((float) h, within(1e-6f));
  }

  private static float last(SequenceModel model) {
    ModelRunner runner = new ModelRunner(model, BACKEND, Workers.ALONE, Execution.PLAN);
    Batch batch = Batch.ofValues(2, 1, 1, new float[] {0.3f, -1.2f}, null);
    return runner.predict(batch, runner.newCarry(1))[1];
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
