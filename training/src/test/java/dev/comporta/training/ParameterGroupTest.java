package dev.comporta.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.training.clipping.Clipping;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupTest {
  private static final List<String> NAMES =
      SmallTraining.model(0).parameters().all().stream().map(Parameter::name).toList();

  private static SmallTraining run(List<ParameterGroup> groups, String optimizer, long steps) {
    return SmallTraining.of(
        SmallTraining.rules(optimizer).withGroups(groups), steps, 3, trainer -> trainer);
  }

  @ParameterizedTest
  @CsvSource({
    "*,layers.0.table,true",
    "layers.0.*,layers.0.table,true",
    "layers.0.*,layers.1.table,false",
    "*.cell.b,layers.2.cell.b,true",
    "*.b,layers.2.cell.bias,false",
    "layers.*.W,layers.2.cell.W,true",
    "layers.2.cell.W,layers.2.cell.W,true",
    "layers.2.cell.W,layers.2.cell.Wx,false",
    "**W*,layers.2.cell.W,true",
    "layers,layers.2,false",
  })
  void patternsMatchWholeNames(String pattern, String name, boolean matches) {
    assertThat(ParameterGroup.of("nothing", pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void frozenParametersKeepTheirBitsAndAreNoPartOfNorms() {
    float[] before = SmallTraining.model(0.2).parameters().values().clone();
    SmallTraining frozen =
        run(List.of(ParameterGroup.of("layers.0.*", "*.cell.b").freeze()), "adam", 8);
    frozen.trainer.train();
    for (Parameter parameter : frozen.model.parameters().all()) {
      boolean stays = parameter.name().startsWith("layers.0.") || parameter.name().endsWith("l.b");
      float[] was = Arrays.copyOfRange(before, parameter.offset(), parameter.end());
      if (stays) {
        assertThat(frozen.model.parameters().copy(parameter.name())).isEqualTo(was);
      } else {
        assertThat(frozen.model.parameters().copy(parameter.name())).isNotEqualTo(was);
      }
    }
    SmallTraining all = run(List.of(), "adam", 1);
    all.trainer.train();
    double whole = ((TrainingEvent.Stepped) all.events.get(1)).gradientNorm();
    double rest = ((TrainingEvent.Stepped) frozen.events.get(1)).gradientNorm();
    assertThat(rest).isLessThan(whole).isGreaterThan(0);
  }

  @Test
  void aGroupMovesByItsOwnRateAndRule() {
    // Without clipping and momentum a step is rate * (g + decay * p), so ratios show the rates.
    TrainingRules plain =
        new TrainingRules(
            SmallTraining.loss(Spec.of("cross-entropy")),
            SmallTraining.optimizer(Spec.of("sgd")),
            SmallTraining.schedule(Spec.of("constant")),
            new Clipping.None());
    ParameterGroup table = ParameterGroup.of("layers.0.*").rateFactor(0.25);
    ParameterGroup kernels =
        ParameterGroup.of("*.W")
            .optimizer(SmallTraining.optimizer(Spec.of("sgd").with("weight-decay", 0.5)));
    float[] start = SmallTraining.model(0.2).parameters().values();
    SmallTraining alike = SmallTraining.of(plain, 1, 0, trainer -> trainer);
    SmallTraining grouped =
        SmallTraining.of(plain.withGroups(List.of(table, kernels)), 1, 0, trainer -> trainer);
    alike.trainer.train();
    grouped.trainer.train();
    for (Parameter parameter : alike.model.parameters().all()) {
      double factor = parameter.name().startsWith("layers.0.") ? 0.25 : 1;
      double decay = parameter.name().endsWith(".W") ? 0.5 : 0;
      for (int i = parameter.offset(); i < parameter.end(); i++) {
        double move = (double) start[i] - alike.values()[i];
        double expected = factor * move + 0.02 * decay * start[i];
        assertThat((double) start[i] - grouped.values()[i])
            .as(parameter.name())
            .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-7));
      }
    }
  }

  @Test
  void oneGroupForAllIsTheSameAsNone() {
    SmallTraining none = run(List.of(), "nadam", 9);
    SmallTraining one =
        run(
            List.of(
                ParameterGroup.of("*.W", "*.U")
                    .optimizer(SmallTraining.optimizer(Spec.of("nadam"))),
                ParameterGroup.of("*")),
            "nadam",
            9);
    none.trainer.train();
    one.trainer.train();
    assertThat(one.values()).isEqualTo(none.values());
  }

  @Test
  void aResumedRunWithGroupsEndsInTheSameBits() {
    List<ParameterGroup> groups =
        List.of(
            ParameterGroup.of("*.b").optimizer(SmallTraining.optimizer(Spec.of("nadam"))),
            ParameterGroup.of("layers.0.*").freeze());
    SmallTraining whole = run(groups, "rmsprop", 10);
    whole.trainer.train();
    SmallTraining resumed = run(groups, "rmsprop", 10).restore(whole, 1);
    resumed.trainer.train();
    assertThat(resumed.values()).isEqualTo(whole.values());
    assertThat(resumed.states.getLast())
        .usingRecursiveComparison()
        .isEqualTo(whole.states.getLast());
    assertThat(whole.states.getLast().slots()).containsOnlyKeys("m", "v", "squares");
  }

  @Test
  void groupsThatMeanNothingAreRefused() {
    assertThat(NAMES).contains("layers.0.table", "layers.2.cell.W");
    assertThatThrownBy(() -> run(List.of(ParameterGroup.of("layers.0.tabel")), "sgd", 1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[parameter-group layers.0.tabel] expected the pattern to match at least one parameter"
                + " but it matches none; did you mean 'layers.0.table'?");
    assertThatThrownBy(() -> run(List.of(ParameterGroup.of("encoder.*")), "sgd", 1))
        .hasMessageContaining("it matches none; the parameters are layers.0.table, ");
    assertThatThrownBy(
            () -> run(List.of(ParameterGroup.of("*"), ParameterGroup.of("*.b")), "sgd", 1))
        .hasMessageContaining("[parameter-group *.b]")
        .hasMessageContaining("an earlier group contains all parameters that match");
    assertThatThrownBy(() -> run(List.of(ParameterGroup.of("*").freeze()), "sgd", 1))
        .hasMessage(
            "[trainer] expected at least one trainable parameter but all %d are frozen"
                .formatted(NAMES.size()));
    assertThatThrownBy(() -> ParameterGroup.of("*").rateFactor(0))
        .hasMessage(
            "[parameter-group *] expected a learning-rate factor above 0 but got 0.0; to leave"
                + " parameters unchanged, freeze them");
    assertThatThrownBy(ParameterGroup::of)
        .hasMessageContaining("expected patterns of parameter names");
  }
}
