package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.model.Spec;
import dev.comporta.api.model.SpecText;
import dev.comporta.cells.model.SequenceModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models become files of Keras 3, which the importer reads back. */
class KerasExportTest {
  @TempDir private Path folder;

  /** A model with random numbers in every parameter; 0 inputs are ids. */
  private static SequenceModel model(int inputs, String layers) {
    Spec spec =
        Spec.of(SequenceModel.KIND)
            .with("input-size", inputs)
            .with("layers", SpecText.parseAll("layers", layers));
    SequenceModel model = SequenceModel.build(spec, Foreign.CATALOG);
    Random random = new Random(7);
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 1.4 - 0.7);
    }
    model.parameters().changed();
    return model;
  }

  private double written(SequenceModel model, String... layers) {
    Path file = folder.resolve("m.keras");
    assertThat(KerasExport.write(model, file)).containsExactly(layers);
    return new ExportCheck(model, Foreign.CATALOG).readBack(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lstm | LSTM
          gru | GRU
          gru:reset=before | GRU
          rnn | SimpleRNN
          rnn:activation=relu | SimpleRNN
          """)
  void recurrentLayersInBothDirectionsComeBack(String cell, String theirs) {
    String one = "recurrent:hidden=5,cell=(" + cell + ")";
    String both = "bidirectional:hidden=4,cell=(" + cell + ")";
    assertThat(
            written(
                model(3, one + ";" + both + ",merge=sum;" + both + ",merge=mean,returns=last"),
                theirs,
                "Bidirectional",
                "Bidirectional"))
        .isZero();
    assertThat(written(model(3, both + ";" + one + ",returns=last"), "Bidirectional", theirs))
        .isZero();
    assertThat(written(model(3, one + ",reverse=true,returns=last"), theirs)).isZero();
  }

  @Test
  void otherLayersComeBack() {
    assertThat(
            written(
                model(
                    0,
                    "embedding:vocabulary=9,size=4;dropout:rate=0.25;dropout:rate=0.5,shared-over-time=true;"
                        + "conv1d:filters=6,width=3,padding=causal,activation=relu;layer-norm;"
                        + "conv1d:filters=5,width=2,padding=none,stride=2,bias=false;"
                        + "conv1d:filters=5,width=4,dilation=2;pool-time:mode=max;"
                        + "dense:units=3,bias=false;activation:function=softmax"),
                "Embedding",
                "Dropout",
                "SpatialDropout1D",
                "Conv1D",
                "LayerNormalization",
                "Conv1D",
                "Conv1D",
                "GlobalMaxPooling1D",
                "Dense",
                "Activation"))
        .isLessThan(1e-6);
    assertThat(
            written(
                model(2, "pool-time:mode=mean;dense:units=3,activation=softplus"),
                "GlobalAveragePooling1D",
                "Dense"))
        .isZero();
  }

  @Test
  void aLastLayerWithoutArraysComesBack() {
    assertThat(
            written(
                model(2, "recurrent:hidden=1,cell=lstm,returns=last;activation:function=sigmoid"),
                "LSTM",
                "Activation"))
        .isZero();
  }

  @Test
  void aModelWithoutWeightsIsRefused() {
    SequenceModel model = model(2, "activation:function=sigmoid;pool-time:mode=max");
    Path file = folder.resolve("m.keras");
    assertThatThrownBy(() -> KerasExport.write(model, file))
        .isInstanceOf(ExchangeException.class)
        .hasMessage("cannot export a model without weights");
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void theSameModelGivesTheSameBytes() throws Exception {
    SequenceModel model = model(3, "recurrent:hidden=5,cell=lstm");
    KerasExport.write(model, folder.resolve("a.keras"));
    KerasExport.write(model, folder.resolve("b.keras"));
    assertThat(folder.resolve("b.keras")).hasSameBinaryContentAs(folder.resolve("a.keras"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recurrent:hidden=5,cell=(lstm:peepholes=true) | whose cell LstmVariantCell Keras lacks",
        "recurrent:hidden=5,cell=min-gru | whose cell MinGruCell Keras lacks",
        "recurrent:hidden=5,cell=lstm,reverse=true | Keras returns such outputs in reverse order",
        "recurrent:hidden=5,cell=lstm,returns=state | which returns its state",
        "conv1d:filters=6,width=3,pad=4 | a convolution whose padding Keras lacks",
        "dense:units=3,activation=hard-threshold | whose activation hard-threshold Keras lacks",
        "pool-time | which takes the last timestep; let the layer before it return that",
        "reverse | whose ReverseLayer has no counterpart in Keras"
      })
  void whatKerasLacksIsRefused(String layerAndReason) {
    String[] parts = layerAndReason.split(" \\| ");
    SequenceModel model = model(3, "dense:units=4;" + parts[0]);
    Path file = folder.resolve("m.keras");
    assertThatThrownBy(() -> KerasExport.write(model, file))
        .isInstanceOf(ExchangeException.class)
        .hasMessageStartingWith("cannot export layer 1, ")
        .hasMessageEndingWith(parts[1]);
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void specificationsKeepTheirLayers() {
    SequenceModel model = model(3, "recurrent:hidden=5,cell=lstm;dense:units=2");
    Path file = folder.resolve("m.keras");
    KerasExport.write(model, file);
    SequenceModel back = Foreign.read(file).model();
    assertThat(back.parameters().values()).isEqualTo(model.parameters().values());
    assertThat(back.layers()).hasSameSizeAs(model.layers());
    assertThat(List.copyOf(back.parameterSpecs())).isEqualTo(model.parameterSpecs());
  }
}
