package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.Shape;
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
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Penalties(-1, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("[penalties] expected l1 of 0 or more but got -1.0");
    assertThatThrownBy(() -> new Penalties(0, Double.NaN))
        .hasMessage("[penalties] expected l2 of 0 or more but got NaN");
  }
}
