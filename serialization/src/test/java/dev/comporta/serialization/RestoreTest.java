package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From parameters to plain data and back. */
class RestoreTest {
  private static Parameters parameters(ParameterSpec... specs) {
    Parameters parameters = new Parameters(List.of(specs));
    for (int i = 0; i < parameters.count(); i++) {
      parameters.values()[i] = i + 0.5f;
    }
    return parameters;
  }

  private static ModelFile file() {
    return ModelFile.of(
        Spec.of("dense"),
        parameters(ParameterSpec.matrix("W", 2, 3), ParameterSpec.bias("b", 3)),
        Samples.PROVENANCE);
  }

  @Test
  void parametersComeBack() {
    Parameters empty =
        new Parameters(List.of(ParameterSpec.matrix("W", 2, 3), ParameterSpec.bias("b", 3)));
    long version = empty.version();
    file().restore(empty);
    assertThat(empty.values()).containsExactly(.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f, 8.5f);
    assertThat(empty.version()).isGreaterThan(version);
  }

  @Test
  void orderDoesNotMatter() {
    Parameters other =
        new Parameters(List.of(ParameterSpec.bias("b", 3), ParameterSpec.matrix("W", 2, 3)));
    file().restore(other);
    assertThat(other.copy("b")).containsExactly(6.5f, 7.5f, 8.5f);
  }

  @Test
  void dataIsACopy() {
    Parameters parameters = parameters(ParameterSpec.bias("b", 1));
    ModelFile file = ModelFile.of(Spec.of("s"), parameters, Samples.PROVENANCE);
    parameters.values()[0] = 9;
    assertThat(file.tensors().getFirst().values()).containsExactly(0.5f);
  }

  @Test
  void tensorThatIsMissing() {
    Parameters more =
        parameters(
            ParameterSpec.matrix("W", 2, 3),
            ParameterSpec.bias("b", 3),
            ParameterSpec.bias("c", 4));
    float[] before = more.values().clone();
    assertThatThrownBy(() -> file().restore(more))
        .isInstanceOf(ModelFileException.class)
        .hasMessage(
            "[restore] expected a tensor 'c' of shape [4] for the model but the file has none of that name; build the model from the file's own specification");
    assertThat(more.values()).isEqualTo(before);
  }

  @Test
  void tensorThatIsTooMuch() {
    assertThatThrownBy(() -> file().restore(parameters(ParameterSpec.matrix("W", 2, 3))))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(
            "the file has a tensor 'b' of shape [3] that is not a parameter of the model");
  }

  @Test
  void tensorOfAnotherShape() {
    Parameters other = parameters(ParameterSpec.matrix("W", 3, 2), ParameterSpec.bias("b", 3));
    assertThatThrownBy(() -> file().restore(other))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("expected tensor 'W' of shape [3, 2] for the model but got [2, 3]");
  }

  @Test
  void vocabularyByName() {
    ModelFile file = file().with(new Vocabulary("text", "characters", List.of("a")));
    assertThat(file.vocabulary("text").tokens()).containsExactly("a");
    assertThatThrownBy(() -> file.vocabulary("tex"))
        .hasMessage("[restore] expected a vocabulary 'tex' but the file has ['text']");
    assertThatThrownBy(() -> file().vocabulary("text")).hasMessageEndingWith("the file has none");
  }

  @Test
  void trainingStateByName() {
    Checkpoint checkpoint = Samples.checkpoint();
    assertThatThrownBy(() -> checkpoint.tensor("adam.v"))
        .hasMessageStartingWith("[resume] the checkpoint has no tensor 'adam.v'");
    assertThatThrownBy(() -> checkpoint.numbers("x"))
        .hasMessageStartingWith("[resume] the checkpoint has no row of numbers 'x'");
  }

  @Test
  void metricsAndValueCount() {
    assertThat(file().withMetric("loss", 1).withMetric("loss", 2).metrics())
        .containsExactly(Map.entry("loss", 2.0));
    assertThatThrownBy(() -> new NamedTensor("t", Shape.of(2), new float[3]))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[tensor 't'] expected 2 values for [2] but got 3");
  }
}
