package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports of layers that look at several timesteps, pictures or words, read back. */
class WindowExportTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Spec DENSE = Spec.of("dense").with("units", 3);
  private static final Spec GRU = Spec.of("recurrent").with("cell", "gru").with("hidden", 3);
  private static final Spec LAST = Spec.of("pool-time").with("mode", "last");

  private record Case(int inputSize, List<Spec> layers) {
    @Override
    public String toString() {
      return layers.toString();
    }
  }

  private static Spec convolution(int width) {
    return Spec.of("conv1d").with("filters", 4).with("width", width);
  }

  private static Spec linear(int lags) {
    return Spec.of("autoregressive").with("lags", lags).with("units", 3);
  }

  private static Spec decoder(int steps, Spec... layers) {
    return Spec.of("step-decoder").with("steps", steps).with("layers", List.of(layers));
  }

  private static Spec picture(String name, int side) {
    return Spec.of(name).with("height", side).with("width", side + 1);
  }

  private static Spec words(String cell) {
    return Spec.of("word-characters")
        .with("vocabulary", 7)
        .with("size", 3)
        .with("characters", 5)
        .with("character-size", 2)
        .with("word-length", 4)
        .with("cell", cell)
        .with("hidden", 3);
  }

  static Stream<Case> cases() {
    Spec pictures =
        picture("conv2d", 5)
            .with("filters", 3)
            .with("kernel-height", 3)
            .with("kernel-width", 2)
            .with("stride", 2)
            .with("pad", 1)
            .with("activation", "relu");
    Spec video =
        picture("conv3d", 5)
            .with("filters", 3)
            .with("kernel-height", 3)
            .with("kernel-width", 2)
            .with("stride", 2)
            .with("pad", 1)
            .with("kernel-time", 3)
            .with("activation", "relu");
    return Stream.of(
        new Case(2 * 5 * 6, List.of(video, GRU, DENSE)),
        new Case(2 * 5 * 6, List.of(video.with("stride-time", 2).with("pad-time", 3), DENSE)),
        new Case(2 * 5 * 6, List.of(video.with("padding-time", "none").with("bias", false), LAST)),
        new Case(
            2 * 5 * 6,
            List.of(video.with("padding-time", "causal").with("dilation-time", 2), GRU, DENSE)),
        new Case(2, List.of(convolution(3).with("activation", "tanh"), GRU, DENSE)),
        new Case(2, List.of(convolution(4).with("bias", false), DENSE)),
        new Case(2, List.of(convolution(3).with("dilation", 2), LAST, DENSE)),
        new Case(2, List.of(convolution(3).with("padding", "causal"), GRU, DENSE)),
        new Case(2, List.of(convolution(3).with("padding", "causal").with("dilation", 2), DENSE)),
        new Case(2, List.of(convolution(3).with("padding", "none"), GRU, LAST)),
        new Case(2, List.of(convolution(3).with("stride", 2), DENSE)),
        new Case(2, List.of(convolution(2).with("pad", 3).with("stride", 3), GRU, DENSE)),
        new Case(2, List.of(convolution(1), Spec.of("reverse"), GRU)),
        new Case(
            0,
            List.of(
                Spec.of("embedding").with("vocabulary", 9).with("size", 4),
                convolution(3).with("activation", "relu"),
                Spec.of("pool1d").with("width", 10),
                GRU.with("returns", "last"),
                DENSE)),
        new Case(2, List.of(Spec.of("pool1d").with("width", 3).with("stride", 2), DENSE)),
        new Case(
            2,
            List.of(
                Spec.of("pool1d").with("width", 2).with("mode", "mean"),
                GRU,
                Spec.of("pool-time").with("mode", "mean"))),
        new Case(2, List.of(linear(1))),
        new Case(2, List.of(linear(5).with("layers", List.of(GRU, LAST, DENSE)))),
        new Case(
            1, List.of(linear(9).with("centered", true).with("layers", List.of(GRU, LAST, DENSE)))),
        new Case(2, List.of(GRU, decoder(3, GRU, DENSE))),
        new Case(
            2,
            List.of(
                GRU.with("returns", "last"),
                decoder(2, Spec.of("recurrent").with("cell", "mgu").with("hidden", 4)))),
        new Case(
            2,
            List.of(
                Spec.of("pool1d").with("width", 2),
                decoder(4, Spec.of("recurrent").with("cell", "lstm").with("hidden", 2), DENSE),
                DENSE)),
        new Case(2 * 5 * 6, List.of(pictures, GRU, DENSE)),
        new Case(
            2 * 5 * 6,
            List.of(
                pictures.with("dilation", 2),
                picture("pool2d", 2).with("kernel", 2).with("mode", "mean"),
                GRU)),
        new Case(
            2 * 5 * 6, List.of(picture("pool2d", 5).with("kernel", 2).with("stride", 1), DENSE)),
        new Case(2 * 5 * 6, List.of(picture("picture-places", 5), GRU, DENSE)),
        new Case(2 * 5 * 6, List.of(picture("picture-places", 5).with("coordinates", true), DENSE)),
        new Case(
            2 * 5 * 6, List.of(picture("picture-places", 5).with("place-vectors", false), LAST)),
        new Case(
            0,
            List.of(
                words("lstm"),
                Spec.of("bidirectional").with("cell", "lstm").with("hidden", 3),
                Spec.of("crf").with("units", 4))),
        new Case(0, List.of(words("gru"), GRU, DENSE)));
  }

  private static SequenceModel build(Case made) {
    return Exports.model(CATALOG, made.inputSize(), made.layers(), made.layers().size(), 0.4f);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theExportComputesWhatTheModelComputes(Case made) {
    SequenceModel model = build(made);
    for (int version : new int[] {11, 13, 17, 22}) {
      OnnxExport.Exported exported = Exports.export(model, version);
      OnnxExport.Verdict verdict = Exports.verify(exported, model);
      assertThat(verdict.difference())
          .as("operator set %d", version)
          .isLessThan(OnnxExport.Verdict.BOUND);
    }
  }

  /** A wrong weight of each layer is seen, so that none is left out of the graph. */
  @ParameterizedTest
  @MethodSource("cases")
  void everyWeightIsExported(Case made) {
    SequenceModel model = build(made);
    OnnxExport.Exported exported = Exports.export(model, 17);
    for (Parameter parameter : model.parameters().all()) {
      SequenceModel other = build(made);
      float[] values = other.parameters().copy(parameter.name());
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.05f;
      }
      other.parameters().set(parameter.name(), parameter.shape(), values);
      OnnxExport.Verdict verdict = Exports.verify(exported, other);
      assertThat(verdict.passed()).as(parameter.name()).isFalse();
    }
  }

  @Test
  void outputsOfOtherLengthsHaveTheirLengthsAsAnOutput() {
    SequenceModel model = build(new Case(2, List.of(convolution(3).with("stride", 2), DENSE)));
    OnnxModel read = Exports.load(Exports.export(model, 17).bytes());
    assertThat(read.outputs().get(0).describe()).isEqualTo("y: float32 [batch, outputs, 3]");
    Map<String, OnnxValue> inputs = new HashMap<>();
    inputs.put("x", OnnxTensor.of(new float[2 * 7 * 2], 2, 7, 2));
    inputs.put("lengths", OnnxTensor.of(ElementType.INT32, new long[] {7, 2}, 2));
    assertThat(read.run(inputs).get("y_lengths").tensor().longs()).containsExactly(4, 1);
  }

  @Test
  void oldOperatorSetsAreRefused() {
    for (Case made : cases().toList()) {
      try {
        OnnxExport.Exported exported = Exports.export(build(made), 9);
        OnnxExport.Verdict verdict = Exports.verify(exported, build(made));
        assertThat(verdict.passed()).as(made.toString()).isTrue();
      } catch (OnnxException e) {
        assertThat(e).as(made.toString()).hasMessageContaining("; export with --opset 1");
      }
    }
  }

  /** ONNX Runtime makes the state of a row without timesteps zero, so the graph must hold it. */
  @Test
  void statesOfRowsWithoutWindowsAreHeld() throws Exception {
    SequenceModel model = build(new Case(2, List.of(Spec.of("pool1d").with("width", 5), GRU)));
    GraphProto graph = ModelProto.parseFrom(Exports.export(model, 17).bytes()).getGraph();
    assertThat(graph.getNodeList())
        .filteredOn(node -> node.getOutputList().contains("layers_1_cell_h_out"))
        .singleElement()
        .satisfies(node -> {
          assertThat(node.getOpType()).isEqualTo("Where");
          assertThat(node.getInput(1)).isEqualTo("layers_1_cell_h_in");
        });
  }

  @Test
  void aDecoderWhoseLayersReduceItsStepsIsRefused() {
    SequenceModel model =
        build(new Case(2, List.of(GRU, decoder(1, GRU.with("returns", "last"), DENSE))));
    assertThatThrownBy(() -> Exports.export(model, 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("layers.1 a decoder with layers that change the number of its steps");
  }

  @Test
  void charactersReadByAnotherCellAreRefused() {
    SequenceModel model = build(new Case(0, List.of(words("mgu"), DENSE)));
    assertThatThrownBy(() -> Exports.export(model, 17))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("layers.0")
        .hasMessageContaining("a cell that ONNX has no operator for");
  }
}
