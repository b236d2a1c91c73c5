package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Constants of a layer are stored like parameters but never updated. */
class UntrainedParametersTest {
  private static final Parameters PARAMETERS =
      new Parameters(
          List.of(
              ParameterSpec.matrix("W", 2, 3),
              ParameterSpec.matrix("R", 3, 3).untrained().prefixed("cell."),
              ParameterSpec.bias("b", 3)));

  @Test
  void aConstantIsInNoGroup() {
    GroupedParameters groups = GroupedParameters.of(PARAMETERS.all(), List.of());
    assertThat(groups.learned().stream().map(Parameter::name)).containsExactly("W", "b");
    assertThat(groups.spans())
        .containsExactly(
            new GroupedParameters.Span(0, 0, 6), new GroupedParameters.Span(0, 15, 18));
  }

  @Test
  void aGroupThatMatchesConstantsLeavesThemAlone() {
    GroupedParameters groups =
        GroupedParameters.of(PARAMETERS.all(), List.of(ParameterGroup.of("cell.*").rateFactor(2)));
    assertThat(groups.learned().stream().map(Parameter::name)).containsExactly("W", "b");
  }
}
