package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
  private static final Catalog CATALOG = Catalog.load();

  private static Spec spec(int hidden) {
    return Spec.of("sequential")
        .with("input-size", 3)
        .with(
            "layers",
            List.of(
                Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", hidden),
                Spec.of("dense").with("units", 2)));
  }

  private static Provenance provenance() {
    return Provenance.of("0", 1, "", "", Spec.of("none"));
  }

  @Test
  void aModelComesBackAsItWas() {
    SequenceModel model = SequenceModel.build(spec(4), CATALOG);
    model.initialize(CATALOG, new CounterRandom(5));
    SequenceModel loaded =
        Models.build(ModelFile.of(model.spec(), model.parameters(), provenance()), "it", CATALOG);
    assertThat(loaded.spec()).isEqualTo(model.spec());
    assertThat(loaded.parameters().values()).isEqualTo(model.parameters().values());
  }

  @Test
  void aStreamHasNoUseForAnArchitecture() {
    LoadOptions options = LoadOptions.of(CATALOG).withArchitecture(Path.of("layers.json"));
    assertThatThrownBy(() -> Models.load(InputStream.nullInputStream(), options))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("the architecture layers.json is for files of other tools")
        .hasMessageContaining("the stream is read as a model file");
    assertThatThrownBy(() -> Models.load(new URI("file:///m.comporta").toURL(), options))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("file:/m.comporta is read as a model file");
  }

  @Test
  void aFileThatDescribesMoreThanItHoldsIsRefusedBeforeAnythingIsAllocated() {
    SequenceModel model = SequenceModel.build(spec(4), CATALOG);
    ModelFile honest = ModelFile.of(model.spec(), model.parameters(), provenance());
    ModelFile lying =
        new ModelFile(
            spec(20_000), honest.tensors(), List.of(), honest.provenance(), honest.metrics());
    assertThatThrownBy(() -> Models.build(lying, "m.comporta", CATALOG))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("[model] m.comporta describes a model of 12")
        .hasMessageContaining("but holds " + model.parameters().count());
    ModelFile absurd =
        new ModelFile(
            spec(Integer.MAX_VALUE),
            honest.tensors(),
            List.of(),
            honest.provenance(),
            honest.metrics());
    assertThatThrownBy(() -> Models.build(absurd, "m.comporta", CATALOG))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("use smaller sizes");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void parametersThatNothingCanBeComputedWithAreRefused(float value) {
    SequenceModel model = SequenceModel.build(spec(4), CATALOG);
    model.initialize(CATALOG, new CounterRandom(5));
    model.parameters().values()[model.parameters().get("layers.1.b").offset() + 1] = value;
    ModelFile file = ModelFile.of(model.spec(), model.parameters(), provenance());
    assertThatThrownBy(() -> Models.build(file, "m.comporta", CATALOG))
        .isInstanceOf(ModelFileException.class)
        .hasMessage(
            "[restore] expected finite numbers in m.comporta but tensor 'layers.1.b' has 1 of 2 values that are not finite, the first is %s at index 1; use another file, or train again with a smaller learning rate"
                .formatted(value));
    SequenceModel other = SequenceModel.build(spec(4), CATALOG);
    assertThatThrownBy(() -> file.restore(other.parameters()))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("'layers.1.b' has 1 of 2 values that are not finite");
    assertThat(other.parameters().values()).containsOnly(0);
  }
}
