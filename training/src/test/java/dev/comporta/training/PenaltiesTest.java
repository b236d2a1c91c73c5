package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.model.Carry;
import java.util.List;
import org.junit.jupiter.api.Test;

class PenaltiesTest {
  @Test
  void kernelsAreDrawnToZeroAndBiasesAreNot() {
    List<Parameter> parameters =
        List.of(new Parameter("W", Shape.of(2, 2), 0), new Parameter("b", Shape.of(2), 4));
    float[] values = {2, -4, 0, 0.5f, 3, -3};
    float[] gradients = {1, 1, 1, 1, 1, 1};
    new Penalties(0.25, 0.5).addTo(gradients, values, parameters);
    assertThat(gradients).containsExactly(1 + 2.25f, 1 - 4.25f, 1, 1 + 0.75f, 1, 1);
    Penalties.NONE.addTo(gradients, values, parameters);
    assertThat(gradients).containsExactly(3.25f, -3.25f, 1, 1.75f, 1, 1);
  }

  @Test
  void theyPullInTrainingAndAreNoPartOfTheLossThatIsTold() {
    SmallTraining plain = SmallTraining.of(SmallTraining.rules("sgd"), 30, 0, trainer -> trainer);
    SmallTraining pulled =
        SmallTraining.of(
            SmallTraining.rules("sgd").withPenalties(new Penalties(0, 0.5)),
            30,
            0,
            trainer -> trainer);
    plain.trainer.train();
    pulled.trainer.train();
    assertThat(pulled.stepLosses()[0]).isEqualTo(plain.stepLosses()[0]);
    assertThat(norm(pulled)).isLessThan(0.95 * norm(plain));
  }

  private static double norm(SmallTraining run) {
    double sum = 0;
    for (float value : run.model.parameters().copy("layers.2.cell.W")) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  void activationsBecomeSmallAndSlow() {
    double[] plain = activations(Penalties.NONE);
    double[] small = activations(new Penalties(0, 0, 2, 0));
    double[] slow = activations(new Penalties(0, 0, 0, 5));
    assertThat(small[0]).isLessThan(0.7 * plain[0]);
    assertThat(slow[1]).isLessThan(0.7 * plain[1]);
  }

  /** The mean square of the recurrent layer's state over the validation text, and of its change. */
  private static double[] activations(Penalties penalties) {
    SmallTraining run =
        SmallTraining.of(
            SmallTraining.rules("adam").withPenalties(penalties), 60, 0, trainer -> trainer);
    run.trainer.train();
    Carry carry = run.runner.newCarry(2);
    double squares = 0;
    double changes = 0;
    float[] before = new float[14];
    for (int t = 0; t < 20; t++) {
      run.runner.predict(
          SmallTraining.validation().batch(0, t / 10).slice(t % 10, t % 10 + 1), carry);
      float[] h = carry.parts().get("layers.2.h");
      for (int i = 0; i < h.length; i++) {
        squares += h[i] * h[i];
        changes += (h[i] - before[i]) * (h[i] - before[i]);
      }
      before = h.clone();
    }
    return new double[] {squares, changes};
  }

  @Test
  void aModelWithoutMemoryHasNoActivationsToPenalise() {
    List<Layer> layers = SmallTraining.model(0).layers();
    Penalties penalties = new Penalties(0, 0, 1, 0);
    assertThat(penalties.onOutputs(layers)).isNotNull();
    assertThatThrownBy(() -> penalties.onOutputs(layers.subList(3, 4)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[penalties] expected a model with a recurrent layer for the activation penalty but it has none");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Penalties(-1, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[penalties] expected l1 of 0 or more but got -1.0");
    assertThatThrownBy(() -> new Penalties(0, Double.NaN))
        .hasMessage("[penalties] expected l2 of 0 or more but got NaN");
  }
}
