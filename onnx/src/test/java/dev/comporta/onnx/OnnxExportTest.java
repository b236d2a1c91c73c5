package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports of models with random weights and biases, read back at other sizes. */
class OnnxExportTest {
  private static final Catalog CATALOG = Catalog.load();

  private static Spec layer(String name, Spec cell, int hidden) {
    return Spec.of(name).with("cell", cell).with("hidden", hidden);
  }

  static Stream<List<Spec>> models() {
    Spec embedding = Spec.of("embedding").with("vocabulary", 11).with("size", 4);
    Spec dense = Spec.of("dense").with("units", 3);
    Spec before = Spec.of("gru").with("reset", "before");
    Spec relu = Spec.of("rnn").with("activation", "relu");
    Spec linear = Spec.of("rnn").with("activation", "identity");
    return Stream.of(
        List.of(embedding, layer("recurrent", Spec.of("lstm"), 5), dense, Spec.of("softmax")),
        List.of(layer("recurrent", Spec.of("gru"), 6), layer("recurrent", before, 3), dense),
        List.of(layer("recurrent", relu, 4), layer("recurrent", linear, 4)),
        List.of(layer("recurrent", Spec.of("rnn"), 4), dense.with("activation", "tanh")),
        List.of(
            layer("bidirectional", Spec.of("lstm"), 3), layer("bidirectional", before, 2), dense),
        List.of(layer("bidirectional", Spec.of("gru"), 3).with("merge", "sum"), dense),
        List.of(
            layer("bidirectional", Spec.of("gru"), 3)
                .with("merge", "mean")
                .with("returns", "last")),
        List.of(layer("bidirectional", Spec.of("lstm"), 3).with("returns", "last"), dense),
        List.of(layer("recurrent", Spec.of("lstm"), 3).with("reverse", true), dense),
        List.of(layer("recurrent", Spec.of("lstm"), 3).with("returns", "last"), dense),
        List.of(
            layer("recurrent", Spec.of("gru"), 3).with("reverse", true).with("returns", "last")),
        List.of(
            Spec.of("stack")
                .with("layer", layer("recurrent", Spec.of("gru"), 2))
                .with("depth", 3)
                .with("around", "residual"),
            Spec.of("layer-norm"),
            Spec.of("dropout").with("rate", 0.5),
            dense),
        List.of(layer("recurrent", Spec.of("lstm"), 3), Spec.of("pool-time"), dense),
        List.of(Spec.of("reverse"), layer("recurrent", Spec.of("gru"), 3), dense),
        List.of(
            embedding,
            layer("recurrent", Spec.of("lstm"), 4),
            Spec.of("dense").with("units", 11).with("tied", true)),
        List.of(
            Spec.of("stack")
                .with("layer", layer("recurrent", Spec.of("lstm"), 2))
                .with("depth", 2)
                .with("around", "highway"),
            dense),
        List.of(layer("recurrent", Spec.of("gru"), 3), Spec.of("pool-time").with("mode", "mean")),
        List.of(
            layer("recurrent", Spec.of("gru"), 3),
            Spec.of("pool-time").with("mode", "max"),
            dense));
  }

  private static SequenceModel build(List<Spec> layers) {
    boolean ids = layers.getFirst().name().equals("embedding");
    return Exports.model(CATALOG, ids ? 0 : 2, layers, layers.size(), 0.5f);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theExportComputesWhatTheModelComputes(List<Spec> layers) {
    SequenceModel model = build(layers);
    for (int version : new int[] {11, 13, 17, 22}) {
      OnnxExport.Exported exported = Exports.export(model, version);
      OnnxExport.Verdict verdict = Exports.verify(exported, model);
      assertThat(verdict.difference())
          .as("operator set %d", version)
          .isLessThan(OnnxExport.Verdict.BOUND);
      assertThat(verdict.runs()).isEqualTo(10);
    }
  }

  /** What needs a newer operator set is refused with the set that it needs. */
  @ParameterizedTest
  @CsvSource({"9, --opset 10 --opset 10 --opset 11 --opset 11", "10, --opset 11 --opset 11"})
  void oldOperatorSetsAreExported(int version, String needed) {
    List<String> refusals = new ArrayList<>();
    for (List<Spec> layers : models().toList()) {
      SequenceModel model = build(layers);
      try {
        OnnxExport.Exported exported = Exports.export(model, version);
        assertThat(Exports.verify(exported, model).difference())
            .isLessThan(OnnxExport.Verdict.BOUND);
      } catch (OnnxException e) {
        refusals.add(String.valueOf(e.getMessage()).replaceFirst(".*; export with ", ""));
      }
    }
    assertThat(String.join(" ", refusals)).isEqualTo(needed);
  }

  @Test
  void aWrongWeightIsSeen() {
    SequenceModel model = build(models().toList().getFirst());
    OnnxExport.Exported exported = Exports.export(model, 17);
    SequenceModel other = build(models().toList().getFirst());
    float[] b = other.parameters().copy("layers.1.cell.b");
    b[7] += 0.01f;
    other.parameters().set("layers.1.cell.b", other.parameters().get("layers.1.cell.b").shape(), b);
    assertThat(Exports.verify(exported, other).passed()).isFalse();
  }

  /** Each mistake changes the exported graph, which still runs. */
  @Test
  void aWrongExportIsSeen() throws Exception {
    SequenceModel model = build(models().toList().getFirst());
    OnnxExport.Exported exported = Exports.export(model, 17);
    ModelProto good = ModelProto.parseFrom(exported.bytes());
    List<String> mistakes = List.of("lengths", "state", "order", "bias");
    for (String mistake : mistakes) {
      ModelProto.Builder bad = good.toBuilder();
      for (NodeProto.Builder node : bad.getGraphBuilder().getNodeBuilderList()) {
        if (node.getOpType().equals("LSTM")) {
          switch (mistake) {
            case "lengths" -> node.setInput(4, "");
            case "state" -> node.setInput(5, "").setInput(6, "");
            case "bias" -> node.setInput(3, "");
            default -> node.setOutput(1, node.getOutput(2)).setOutput(2, "layers_1_cell_h_out");
          }
        }
      }
      assertThat(Exports.verify(bad.build().toByteArray(), exported.states(), model).passed())
          .as(mistake)
          .isFalse();
    }
  }

  @Test
  void statesSizesAndMetadataAreDeclared() {
    SequenceModel model = build(models().toList().getFirst());
    ModelFile file =
        Exports.file(model)
            .with(new Vocabulary("text", "characters", List.of("a", "\"", "\n", "\u00e9")))
            .withMetric("mean of x", 1.5);
    OnnxModel read = Exports.load(OnnxExport.export(file, model, 17, "test").bytes());
    List<String> ports = new ArrayList<>();
    read.inputs().forEach(port -> ports.add(port.describe()));
    read.outputs().forEach(port -> ports.add(port.describe()));
    assertThat(ports)
        .containsExactly(
            "ids: int64 [batch, time]",
            "lengths: int32 [batch]",
            "layers_1_cell_h_in: float32 [1, batch, 5]",
            "layers_1_cell_c_in: float32 [1, batch, 5]",
            "y: float32 [batch, time, 3]",
            "layers_1_cell_h_out: float32 [1, batch, 5]",
            "layers_1_cell_c_out: float32 [1, batch, 5]");
    assertThat(OnnxStream.statesOf(read))
        .containsEntry("layers_1_cell_h_in", "layers_1_cell_h_out")
        .containsEntry("layers_1_cell_c_in", "layers_1_cell_c_out");
    assertThat(read.metadata())
        .containsEntry(
            "comporta.vocabulary.text.characters", "[\"a\",\"\\\"\",\"\\u000a\",\"\\u00e9\"]")
        .containsEntry("comporta.constant.mean of x", "1.5");
  }

  @Test
  void whatCannotBeExportedIsRefused() {
    Spec inner = Spec.of("dense").with("units", 5);
    SequenceModel model =
        build(
            List.of(
                Spec.of("dense").with("units", 6),
                Spec.of("nade").with("units", 2).with("hidden", 3).with("layers", List.of(inner))));
    assertThatThrownBy(() -> Exports.export(model, 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("layers.1")
        .hasMessageContaining("embedding, word-characters, recurrent");
    assertThatThrownBy(() -> Exports.export(model, 8)).hasMessageContaining("from 9 to");
  }
}
