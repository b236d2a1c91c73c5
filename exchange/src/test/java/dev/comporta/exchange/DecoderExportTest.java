package dev.comporta.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.AttentionProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.OnnxStream;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoders and decoders as two graphs, run step by step and compared with the model. */
class DecoderExportTest {
  private static final TensorBackend BACKEND = Foreign.CATALOG.preferredBackend(reason -> {});

  private static Spec layer(String name, String cell) {
    return Spec.of(name).with("cell", cell).with("hidden", 4);
  }

  private static Spec attention(String score, String look) {
    return layer("attention-decoder", "gru").with("attention", score).with("look", look);
  }

  private static SequenceModel model(List<Spec> encoder, List<Spec> decoder) {
    return model(encoder, decoder, Foreign.CATALOG);
  }

  private static SequenceModel model(List<Spec> encoder, List<Spec> decoder, Catalog catalog) {
    return model(encoder.getFirst().name().equals("embedding") ? 0 : 2, encoder, decoder, catalog);
  }

  private static SequenceModel model(
      int sourceSize, List<Spec> encoder, List<Spec> decoder, Catalog catalog) {
    boolean ids = decoder.getFirst().name().equals("embedding");
    SequenceModel model =
        SequenceModel.build(
            Spec.of(SequenceModel.ENCODER_DECODER)
                .with("input-size", ids ? 0 : 3)
                .with("source-input-size", sourceSize)
                .with("encoder", encoder)
                .with("layers", decoder),
            catalog);
    Random random = new Random(5);
    for (Parameter parameter : model.parameters().all()) {
      float[] values = new float[parameter.shape().count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * 0.4f;
      }
      model.parameters().set(parameter.name(), parameter.shape(), values);
    }
    return model;
  }

  private static ModelFile file(SequenceModel model) {
    Provenance provenance = Provenance.of("test", 0, "none", "", Spec.of("imported"));
    return ModelFile.of(model.spec(), model.parameters(), provenance);
  }

  private static OnnxExport.ExportedDecoder export(SequenceModel model, int version) {
    return OnnxExport.exportDecoder(file(model), model, version, "test");
  }

  private static OnnxModel load(String name, byte[] bytes) {
    return OnnxModel.load(name, bytes, BACKEND, Workers.ALONE);
  }

  private static OnnxExport.Verdict verify(
      OnnxExport.ExportedDecoder exported, SequenceModel model) {
    return OnnxExport.verifyDecoder(
        load("the encoder", exported.encoder()), load("the step", exported.step()), model, BACKEND);
  }

  private static OnnxExport.Verdict verdict(SequenceModel model, int version) {
    return verify(export(model, version), model);
  }

  static Stream<SequenceModel> models() {
    Spec embedding = Spec.of("embedding").with("vocabulary", 9).with("size", 3);
    Spec other = Spec.of("embedding").with("vocabulary", 7).with("size", 5);
    Spec dense = Spec.of("dense").with("units", 7);
    List<Spec> both = List.of(embedding, layer("bidirectional", "lstm"));
    List<SequenceModel> models = new ArrayList<>();
    models.add(model(both, List.of(other, layer("decoder", "lstm"), dense)));
    models.add(model(List.of(layer("recurrent", "gru")), List.of(layer("decoder", "gru"), dense)));
    models.add(model(List.of(layer("recurrent", "mgu")), List.of(attention("additive", "before"))));
    models.add(
        model(
            List.of(embedding, layer("bidirectional", "mgu")),
            List.of(other, attention("general", "after"), dense, Spec.of("softmax"))));
    models.add(
        model(
            List.of(
                embedding,
                Spec.of("stack").with("layer", layer("recurrent", "lstm")).with("depth", 2)),
            List.of(
                other,
                layer("attention-decoder", "lstm").with("attention", "additive"),
                layer("recurrent", "gru"),
                Spec.of("dense").with("units", 5))));
    models.add(
        model(
            List.of(embedding),
            List.of(
                other,
                attention("additive", "before"),
                layer("recurrent", "mgu").with("learn-initial-state", true),
                Spec.of("dense").with("units", 5),
                Spec.of("dense").with("units", 7).with("tied", true))));
    Spec last = Spec.of("pool-time").with("mode", "last");
    Spec sentences = Spec.of("conv1d").with("filters", 4).with("width", 3).with("stride", 3);
    models.add(
        model(
            List.of(embedding, sentences.with("padding", "none"), layer("bidirectional", "gru")),
            List.of(
                other, attention("additive", "before"), last, Spec.of("dense").with("units", 3))));
    Spec picture = Spec.of("conv2d").with("height", 4).with("width", 3).with("filters", 2);
    Spec places = Spec.of("picture-places").with("height", 3).with("width", 2);
    models.add(
        pictured(
            List.of(picture.with("kernel", 2), places, Spec.of("dense").with("units", 5)),
            List.of(other, attention("additive", "after"), dense)));
    models.add(
        pictured(
            List.of(picture.with("kernel", 2), places, layer("bidirectional", "gru")),
            List.of(
                other, layer("attention-decoder", "lstm").with("attention", "coverage"), dense)));
    models.add(
        pictured(
            List.of(picture.with("kernel", 2), places.with("coordinates", true)),
            List.of(
                other,
                layer("recurrent", "gru"),
                last,
                Spec.of("film-attention").with("units", 5).with("heads", 2).with("coordinates", 2),
                dense)));
    return models.stream();
  }

  /** A model that reads pictures of 4 x 3. */
  private static SequenceModel pictured(List<Spec> encoder, List<Spec> decoder) {
    return model(12, encoder, decoder, Foreign.CATALOG);
  }

  @ParameterizedTest
  @MethodSource("models")
  void stepsComputeWhatTheModelComputes(SequenceModel model) {
    for (int version : new int[] {11, 13, 17, 22}) {
      OnnxExport.Verdict verdict = verdict(model, version);
      assertThat(verdict.difference()).as("operator set %d", version).isLessThan(1e-5);
      assertThat(verdict.runs()).isEqualTo(8);
    }
  }

  /** Every score of the catalog, but for those that look at a window of the source. */
  @Test
  void everyAttentionIsExportedOrRefused() {
    List<String> refused = new ArrayList<>();
    for (String score : Foreign.CATALOG.names(Kind.ATTENTION)) {
      SequenceModel model =
          model(List.of(layer("recurrent", "gru")), List.of(attention(score, "before")));
      try {
        assertThat(verdict(model, 17).difference()).as(score).isLessThan(1e-5);
      } catch (OnnxException e) {
        assertThat(e.getMessage()).contains("cannot be exported");
        refused.add(score);
      }
    }
    assertThat(refused).containsExactly("local");
  }

  /** A step has one timestep; what a layer makes of several would be computed of that one alone. */
  @ParameterizedTest
  @MethodSource("combining")
  void layersThatCombineTimestepsAreRefused(Spec layer) {
    SequenceModel model =
        model(List.of(layer("recurrent", "gru")), List.of(layer("decoder", "gru"), layer));
    assertThatThrownBy(() -> export(model, 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("timestep")
        .hasMessageContaining("cannot be exported");
  }

  static Stream<Spec> combining() {
    return Stream.of(
        layer("bidirectional", "gru"),
        layer("recurrent", "mgu").with("reverse", true),
        layer("recurrent", "mgu").with("returns", "last"),
        Spec.of("reverse"),
        Spec.of("pool-time").with("mode", "mean"),
        Spec.of("pool-time").with("mode", "max"),
        Spec.of("conv1d").with("filters", 2).with("width", 3));
  }

  /** Run at every step, it would have read all of them and not the last one alone. */
  @Test
  void aStateAfterTheLastTimestepIsRefused() {
    Spec last = Spec.of("pool-time").with("mode", "last");
    SequenceModel model =
        model(
            List.of(layer("recurrent", "gru")),
            List.of(layer("decoder", "gru"), last, layer("recurrent", "gru")));
    assertThatThrownBy(() -> export(model, 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("a layer with a state after a pool-time layer");
  }

  /** The mean of the keys as the query: its divisor is the number of positions. */
  private record MeanAttention() implements Attention {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public Tensor scores(Tensor query, Tensor keys, Function<String, Tensor> parameters) {
      return keys.times(keys.mean(1)).sum(-1).reshape(keys.shape().size(0), keys.shape().size(1));
    }
  }

  private record MeanProvider() implements AttentionProvider {
    @Override
    public String name() {
      return "mean";
    }

    @Override
    public String description() {
      return "An attention of a test";
    }

    @Override
    public Attention create(int querySize, int keySize, OptionReader options) {
      return new MeanAttention();
    }
  }

  @Test
  void aNumberThatDependsOnTheNumberOfPositionsIsRefused() {
    SequenceModel model =
        model(
            List.of(layer("recurrent", "gru")),
            List.of(attention("mean", "before")),
            Foreign.CATALOG.with(Kind.ATTENTION, List.of(new MeanProvider())));
    assertThatThrownBy(() -> export(model, 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("number of its rows or positions");
  }

  @Test
  void aWrongWeightIsSeen() {
    SequenceModel model = models().toList().get(3);
    OnnxExport.ExportedDecoder exported = export(model, 17);
    SequenceModel other = models().toList().get(3);
    String name =
        other.parameters().all().stream()
            .map(Parameter::name)
            .filter(it -> it.contains("attention."))
            .findFirst()
            .orElseThrow();
    float[] w = other.parameters().copy(name);
    w[1] += 0.2f;
    other.parameters().set(name, other.parameters().get(name).shape(), w);
    assertThat(verify(exported, other).passed()).isFalse();
  }

  @Test
  void statesOfAStepAreFoundAndOneGraphIsRefused() {
    SequenceModel model = models().toList().get(4);
    OnnxModel step = load("the step", export(model, 17).step());
    assertThat(OnnxStream.statesOf(step))
        .containsEntry("layers_1_h_in", "layers_1_h_out")
        .containsEntry("layers_2_h_in", "layers_2_h_out");
    assertThatThrownBy(() -> OnnxExport.export(file(model), model, 17, "test"))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("two graphs");
  }
}
