package dev.comporta.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Evaluation;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddingProblemTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Loss MSE = CATALOG.loss(Spec.of("mse"));

  /**
   * A network that solves the problem by its weights: a linear unit that adds up relu(x + mark -
   * 1), which is x where the mark is 1 and 0 elsewhere.
   */
  private static ModelRunner solved() {
    Spec spec =
        Spec.of("sequential")
            .with("input-size", 2)
            .with(
                "layers",
                List.of(
                    Spec.of("dense").with("units", 1).with("activation", "relu"),
                    Spec.of("recurrent")
                        .with("cell", Spec.of("rnn").with("activation", "relu"))
                        .with("hidden", 1),
                    Spec.of("pool-time").with("mode", "last")));
    SequenceModel model = SequenceModel.build(spec, CATALOG);
    set(model, "layers.0.W", 1, 1);
    set(model, "layers.0.b", -1);
    set(model, "layers.1.cell.W", 1);
    set(model, "layers.1.cell.U", 1);
    model.parameters().changed();
    return new ModelRunner(
        model, CATALOG.backend("reference"), Workers.ALONE, Execution.DEFINITION);
  }

  private static void set(SequenceModel model, String parameter, float... values) {
    int offset = model.parameters().get(parameter).offset();
    System.arraycopy(values, 0, model.parameters().values(), offset, values.length);
  }

  @Test
  void theTargetIsTheSumOfTheTwoMarkedNumbers() {
    for (int length : new int[] {2, 3, 50}) {
      AddingProblem data = new AddingProblem(new CounterRandom(3), length, 7, 5);
      assertThat(Evaluation.of(solved(), MSE, data).mean()).isLessThan(1e-12);
    }
  }

  @Test
  void guessingHasTheErrorThatIsSaid() {
    SequenceModel one =
        SequenceModel.build(
            Spec.of("sequential")
                .with("input-size", 2)
                .with(
                    "layers",
                    List.of(
                        Spec.of("pool-time").with("mode", "last"),
                        Spec.of("dense").with("units", 1))),
            CATALOG);
    set(one, "layers.1.b", 1);
    one.parameters().changed();
    ModelRunner runner =
        new ModelRunner(one, CATALOG.backend("reference"), Workers.ALONE, Execution.DEFINITION);
    AddingProblem data = new AddingProblem(new CounterRandom(4), 20, 100, 100);
    // The squared error has a standard deviation of about 0.2: 0.002 over 10,000 sequences.
    assertThat(Evaluation.of(runner, MSE, data).mean())
        .isCloseTo(AddingProblem.GUESSING, within(0.01));
  }

  @Test
  void aBatchFollowsFromEpochAndIndex() {
    AddingProblem data = new AddingProblem(new CounterRandom(3), 6, 4, 5);
    ModelRunner runner = solved();
    float[] first = runner.predict(data.batch(2, 1), runner.newCarry(4));
    float[] other = runner.predict(data.batch(2, 2), runner.newCarry(4));
    assertThat(runner.predict(data.batch(2, 1), runner.newCarry(4))).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    assertThatThrownBy(() -> new AddingProblem(new CounterRandom(3), 1, 4, 5))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("expected a length of 2 or more");
  }
}
