package dev.comporta.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and messages are the same wherever the JVM runs: some locales have other digits. */
class DefaultLocaleTest {
  private static final Catalog CATALOG = Catalog.load();

  private final Locale before = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  private static SequenceModel model() {
    SequenceModel model =
        SequenceModel.build(
            Spec.of("encoder-decoder")
                .with("input-size", 3)
                .with("source-input-size", 3)
                .with(
                    "encoder", List.of(Spec.of("recurrent").with("cell", "gru").with("hidden", 4)))
                .with(
                    "layers",
                    List.of(
                        Spec.of("dense").with("units", 3),
                        Spec.of("attention-decoder").with("cell", "gru").with("hidden", 4))),
            CATALOG);
    return model;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG-u-nu-arab", "tr-TR", "de-DE", "th-TH-u-nu-thai"})
  void theNameOfTheWeightsCanBeObserved(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
    SequenceModel model = model();
    String name = AttentionDecoderLayer.weights(model);
    assertThat(name).isEqualTo("layers.1.weights");
    ModelRunner runner =
        new ModelRunner(model, CATALOG.backend("reference"), Workers.ALONE, Execution.PLAN);
    Batch source = Batch.ofValues(2, 1, 3, new float[6], null);
    var observed =
        runner.observe(
            Batch.ofValues(1, 1, 3, new float[3], null).source(source),
            runner.newCarry(1),
            "layers.1.weights");
    assertThat(observed.values()).containsOnlyKeys("layers.1.weights");
    assertThat(model.parameters().all()).allMatch(it -> it.name().matches("\\p{ASCII}*"));
  }

  @Test
  void messagesHaveTheSameDigitsEverywhere() {
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    assertThatThrownBy(() -> Batch.ofValues(2, 3, 4, new float[5], null))
        .hasMessage(
            "[batch] expected at least timesteps 2 x batch 3 x features 4 values but got 5");
    assertThatThrownBy(() -> Spec.of("x").with("n", -1).reader().size("n", 17))
        .hasMessageContaining("a whole number of 17 or more but got -1");
  }
}
