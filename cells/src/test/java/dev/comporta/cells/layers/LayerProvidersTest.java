package dev.comporta.cells.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Allocation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Options of layer providers: names of parameters and carry, and error messages. */
class LayerProvidersTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Spec LSTM = Spec.of("recurrent").with("cell", "lstm").with("hidden", 4);

  private static Layer layer(Spec spec, int input) {
    return CATALOG.build(
        Kind.LAYER, spec, (provider, options) -> provider.create(input, options, CATALOG));
  }

  private static List<String> parameters(Spec spec) {
    return layer(spec, 3).parameters().stream()
        .map(parameter -> parameter.name() + parameter.shape())
        .toList();
  }

  static Stream<String> names() {
    return CATALOG.names(Kind.LAYER).stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyLayerHasAOneLineDescription(String name) {
    assertThat(CATALOG.find(Kind.LAYER, name).description()).isNotBlank().doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyLayerReportsAWrongInput(String name) {
    if (name.equals("embedding")) {
      assertThatThrownBy(() -> layer(Spec.of(name), 3))
          .hasMessage(
              "[embedding] expected ids as input but the previous layer has 3 output features; make the embedding the first layer");
    } else if (name.equals("word-characters")) {
      assertThatThrownBy(() -> layer(Spec.of(name), 3))
          .hasMessage(
              "[word-characters] expected ids as input but the previous layer has 3 output features; make this the first layer");
    } else if (!name.equals("sequential")) {
      assertThatThrownBy(() -> layer(Spec.of(name), 0))
          .hasMessage(
              "[%s] expected features from the previous layer but got ids; add an embedding before it"
                  .formatted(name));
    }
  }

  @Test
  void parameterNamesContainTheirPath() {
    assertThat(parameters(LSTM)).containsExactly("cell.W[3, 16]", "cell.U[4, 16]", "cell.b[16]");
    assertThat(parameters(Spec.of("bidirectional").with("cell", "rnn").with("hidden", 2)))
        .containsExactly(
            "forward.W[3, 2]",
            "forward.U[2, 2]",
            "forward.b[2]",
            "backward.W[3, 2]",
            "backward.U[2, 2]",
            "backward.b[2]");
    assertThat(
            parameters(
                Spec.of("highway")
                    .with("layers", List.of(LSTM, Spec.of("dense").with("units", 3)))))
        .containsExactly(
            "W[3, 3]",
            "b[3]",
            "layers.0.cell.W[3, 16]",
            "layers.0.cell.U[4, 16]",
            "layers.0.cell.b[16]",
            "layers.1.W[4, 3]",
            "layers.1.b[3]");
    Layer learned = layer(LSTM.with("learn-initial-state", true), 3);
    assertThat(learned.carry().toString())
        .contains("initial=cell.initial.h")
        .contains("initial=cell.initial.c");
    Layer nested =
        layer(
            Spec.of("sequential").with("layers", List.of(LSTM.with("learn-initial-state", true))),
            3);
    assertThat(nested.carry().toString())
        .contains("name=layers.0.h")
        .contains("initial=layers.0.cell.initial.h");
  }

  @Test
  void outputSizesFollowTheOptions() {
    Spec both = Spec.of("bidirectional").with("cell", "gru").with("hidden", 4);
    assertThat(layer(both, 3).outputSize()).isEqualTo(8);
    assertThat(layer(both.with("merge", "sum"), 3).outputSize()).isEqualTo(4);
    assertThat(layer(Spec.of("embedding").with("vocabulary", 9).with("size", 5), 0).outputSize())
        .isEqualTo(5);
    Spec projected = Spec.of("lstm").with("projection", 2);
    assertThat(layer(LSTM.with("cell", projected), 3).outputSize()).isEqualTo(2);
  }

  @Test
  void zoneoutAppliesToTheVisibleState() {
    assertThat(layer(LSTM.with("zoneout", 0.1), 3).toString()).contains("part=h");
    assertThat(layer(LSTM.with("cell", "jordan").with("zoneout", 0.1), 3).toString())
        .contains("part=y");
  }

  @Test
  void wrongOptionsAreReported() {
    assertThatThrownBy(() -> layer(Spec.of("recurrent").with("hidden", 4), 3))
        .hasMessage("[recurrent] expected an option 'cell'");
    assertThatThrownBy(() -> layer(LSTM.with("cell", "lsmt"), 3))
        .hasMessageStartingWith("unknown cell 'lsmt'")
        .hasMessageEndingWith("; did you mean 'lstm'?");
    assertThatThrownBy(() -> layer(LSTM.with("hidden", 0), 3))
        .hasMessage("[recurrent] option 'hidden' expected a whole number of 1 or more but got 0");
    assertThatThrownBy(() -> layer(LSTM.with("cell", "gru").with("zoneout-c", 0.1), 3))
        .hasMessage("[zoneout] expected one of the parts [h] of the cell's state but got 'c'");
    assertThatThrownBy(() -> layer(Spec.of("residual").with("layers", List.of(LSTM)), 3))
        .hasMessage(
            "[residual] expected inner layers with 3 output features, as many as input features, but they have 4; end them with a dense layer of 3 units");
    assertThatThrownBy(() -> layer(Spec.of("sequential").with("layers", List.of()), 3))
        .hasMessage("[sequential] option 'layers' expected at least one layer but got none");
    assertThatThrownBy(() -> layer(Spec.of("dropout").with("rate", -0.1), 3))
        .hasMessage("[dropout] option 'rate' expected a number between 0.0 and 0.99 but got -0.1");
  }

  @Test
  void wrongOptionsOfAutoregressiveLayersAreReported() {
    Spec spec = Spec.of("autoregressive").with("lags", 2).with("units", 4);
    assertThat(parameters(spec)).containsExactly("W[6, 4]", "b[4]");
    assertThat(layer(spec, 3).parameters()).allMatch(ParameterSpec::trained);
    assertThat(layer(spec.with("trained", false), 3).parameters())
        .noneMatch(ParameterSpec::trained);
    assertThatThrownBy(() -> layer(spec.with("lags", 0), 3))
        .hasMessageContaining("option 'lags' expected a whole number of 1 or more but got 0");
    assertThatThrownBy(() -> layer(spec.with("lags", 1 << 24), 3))
        .hasMessage(
            "[autoregressive] expected at most 16777216 values but 16777216 lags of 3 features are 50331648");
    assertThatThrownBy(
            () -> layer(spec.with("layers", List.of(Spec.of("dense").with("units", 3))), 3))
        .hasMessage(
            "[autoregressive] expected inner layers with 4 output features, as many as units, but they have 3; end them with a dense layer of 4 units");
  }

  @Test
  void wrongOptionsOfStepDecodersAreReported() {
    Spec spec =
        Spec.of("step-decoder")
            .with("steps", 4)
            .with("layers", List.of(Spec.of("dense").with("units", 2)));
    assertThat(layer(spec, 3).outputSize()).isEqualTo(8);
    assertThat(parameters(spec)).containsExactly("layers.0.W[3, 2]", "layers.0.b[2]");
    assertThatThrownBy(() -> layer(spec.with("steps", 0), 3))
        .hasMessageContaining("option 'steps' expected a whole number of 1 or more but got 0");
    assertThatThrownBy(() -> layer(spec.with("steps", 1 << 24), 3))
        .hasMessage(
            "[step-decoder] expected at most 16777216 values but 16777216 steps of 2 features are 33554432");
  }

  @Test
  void wrongOptionsOfConvolutionsAreReported() {
    Spec time = Spec.of("conv1d").with("filters", 2).with("width", 3);
    assertThatThrownBy(() -> layer(time.with("padding", "causal").with("stride", 2), 3))
        .hasMessage(
            "[conv1d] option 'padding' expected 'same' or 'none' with a stride of 2 but got 'causal', which carries its past from chunk to chunk and therefore needs a stride of 1");
    assertThatThrownBy(() -> layer(time.with("padding", "samme"), 3))
        .hasMessageContaining("did you mean 'same'?");
    assertThatThrownBy(() -> layer(time.with("dilation", Integer.MAX_VALUE), 3))
        .hasMessage(
            "[conv1d] option 'dilation' expected a whole number from 1 to 16777216 but got 2147483647; use smaller sizes");
    assertThatThrownBy(() -> layer(time.with("dilation", 40_000), 3))
        .hasMessage(
            "[conv1d] expected a window of at most 65537 timesteps but width 3 with dilation 40000 spans 80001");
    assertThatThrownBy(() -> layer(time.with("width", 46_341), 46_341))
        .hasMessage(
            "[conv1d] expected a window of at most 16777216 values but width 46341 with dilation 1 over 46341 features spans 2147488281");
    Spec picture =
        Spec.of("conv2d").with("height", 2).with("width", 2).with("filters", 2).with("kernel", 3);
    assertThatThrownBy(() -> layer(picture, 6))
        .hasMessage(
            "[conv2d] expected features that divide into channels of height 2 x width 2 = 4 but the previous layer has 6");
    assertThatThrownBy(() -> layer(picture, 8))
        .hasMessage(
            "[conv2d] expected a kernel that fits into height 2 x width 2 but got one that spans 3 x 3");
    assertThat(layer(picture.with("pad", 1), 8).outputSize()).isEqualTo(8);
    assertThatThrownBy(() -> layer(picture.with("pad-width", 1).with("dilation", 2), 8))
        .hasMessage(
            "[conv2d] expected a kernel that fits into height 2 x width 2 with 0 x 1 zeros on either side but got one that spans 5 x 5");
    Spec video = new Spec("conv3d", picture.with("kernel", 2).options());
    assertThatThrownBy(() -> layer(video, 8))
        .hasMessage("[conv3d] expected an option 'kernel-time'");
    Spec three = video.with("kernel-time", 3);
    ParameterSpec kernel = layer(three, 8).parameters().getFirst();
    assertThat(kernel.shape()).as("3 x 2 x 2 taps of two channels").isEqualTo(Shape.of(24, 2));
    assertThat(kernel.fanIn()).isEqualTo(24);
    assertThat(kernel.fanOut()).isEqualTo(24);
    assertThatThrownBy(() -> layer(three.with("padding-time", "causal").with("stride-time", 2), 8))
        .hasMessageStartingWith(
            "[conv3d] option 'padding-time' expected 'same' or 'none' with a stride of 2 but got 'causal'");
    assertThatThrownBy(() -> layer(three.with("dilation-time", 40_000), 8))
        .hasMessage(
            "[conv3d] expected a window of at most 65537 timesteps but kernel-time 3 with dilation-time 40000 spans 80001");
    assertThatThrownBy(() -> layer(three.with("kernel-time", 65_537), 1024))
        .hasMessage(
            "[conv3d] expected a window of at most 16777216 values but kernel-time 65537 with dilation-time 1 over 1024 features spans 67109888");
    assertThatThrownBy(() -> layer(three, 6))
        .hasMessage(
            "[conv3d] expected features that divide into channels of height 2 x width 2 = 4 but the previous layer has 6");
    Spec places = Spec.of("picture-places").with("height", 2).with("width", 2);
    assertThat(layer(places, 8).outputSize()).isEqualTo(2);
    assertThatThrownBy(() -> layer(places, 6))
        .hasMessage(
            "[picture-places] expected features that divide into channels of height 2 x width 2 = 4 but the previous layer has 6");
    assertThatThrownBy(() -> layer(Spec.of("pool2d").with("height", 2).with("width", 2), 8))
        .hasMessage("[pool2d] expected an option 'kernel-height'");
    assertThatThrownBy(() -> layer(Spec.of("pool1d"), 3))
        .hasMessage("[pool1d] expected an option 'width'");
  }

  @Test
  void windowsOfPicturesAreBoundedBeforeTheyAreLaidOut() {
    Spec picture =
        Spec.of("conv2d").with("height", 4).with("width", 4).with("filters", 2).with("kernel", 2);
    assertThatThrownBy(() -> layer(picture.with("pad", 1 << 30), 16))
        .hasMessage(
            "[conv2d] option 'pad' expected a whole number from 0 to 1024 but got 1073741824");
    Spec large = picture.with("height", 1024).with("width", 1024);
    assertThatThrownBy(() -> layer(large.with("kernel", 100), 1 << 20))
        .hasMessageStartingWith(
            "[conv2d] expected windows that hold at most 33554432 values together but 1 channels of a kernel of 100 x 100 at 925 x 925 places hold more");
    Spec video = new Spec("conv3d", large.options()).with("kernel-time", 9);
    assertThatThrownBy(() -> layer(video, 1 << 20))
        .hasMessageStartingWith(
            "[conv3d] expected windows that hold at most 33554432 values together but 9 channels of a kernel of 2 x 2 at 1023 x 1023 places hold more");
    assertThatThrownBy(() -> layer(large.with("filters", 17), 1 << 20))
        .hasMessageStartingWith(
            "[conv2d] expected a result of at most 16777216 features but 17 channels of 1023 x 1023 are 17790993");
    Spec pool = Spec.of("pool2d").with("height", 512).with("width", 512).with("kernel", 257);
    assertThatThrownBy(() -> layer(pool, 1 << 18))
        .hasMessage(
            "[pool2d] expected a kernel of at most 65536 places but got 257 x 257; pool twice with smaller ones");
    long bytes = Allocation.least(1 << 20, 3, () -> layer(large.with("kernel", 5), 1 << 20));
    assertThat(bytes).isLessThan(1 << 20);
  }

  @Test
  void stacksNameTheirLayers() {
    Spec stack = Spec.of("stack").with("layer", LSTM).with("depth", 2).with("dropout", 0.5);
    assertThat(parameters(stack))
        .containsExactly(
            "layers.0.cell.W[3, 16]",
            "layers.0.cell.U[4, 16]",
            "layers.0.cell.b[16]",
            "layers.2.cell.W[4, 16]",
            "layers.2.cell.U[4, 16]",
            "layers.2.cell.b[16]");
    assertThat(parameters(stack.with("around", "residual").with("dropout", 0)))
        .containsExactly(
            "layers.0.cell.W[3, 16]",
            "layers.0.cell.U[4, 16]",
            "layers.0.cell.b[16]",
            "layers.1.layers.0.cell.W[4, 16]",
            "layers.1.layers.0.cell.U[4, 16]",
            "layers.1.layers.0.cell.b[16]");
    assertThatThrownBy(() -> layer(stack.with("depth", 0), 3))
        .hasMessage("[stack] option 'depth' expected a whole number of 1 or more but got 0");
    Spec wider = Spec.of("bidirectional").with("cell", "gru").with("hidden", 2);
    Spec both = Spec.of("stack").with("layer", wider).with("around", "residual").with("depth", 2);
    assertThat(layer(both, 3).outputSize()).isEqualTo(4);
    Spec tied = Spec.of("dense").with("units", 4).with("tied", true);
    assertThatThrownBy(() -> layer(stack.with("layer", tied), 3))
        .hasMessageStartingWith("[stack] expected layers with their own parameters");
  }

  private static List<Spec> starts(Spec spec) {
    return layer(spec, 3).parameters().stream().map(ParameterSpec::initializer).toList();
  }

  @Test
  void initialiserOptionsAreUsed() {
    Spec orthogonal = Spec.of("orthogonal").with("gain", 0.5);
    Spec ones = Spec.of("ones");
    assertThat(
            starts(
                LSTM.with("input-initializer", "he-normal")
                    .with("recurrent-initializer", orthogonal)
                    .with("bias-initializer", ones)))
        .containsExactly(Spec.of("he-normal"), orthogonal.with("blocks", 4), ones);
    Spec single = orthogonal.with("blocks", 1);
    assertThat(starts(LSTM.with("recurrent-initializer", single)))
        .contains(single)
        .contains(Spec.of("glorot-uniform"));
    assertThat(
            starts(
                Spec.of("dense")
                    .with("units", 2)
                    .with("initializer", "lecun-normal")
                    .with("bias-initializer", ones)))
        .containsExactly(Spec.of("lecun-normal"), ones);
    Layer table =
        layer(
            Spec.of("embedding")
                .with("vocabulary", 9)
                .with("size", 5)
                .with("initializer", "normal"),
            0);
    assertThat(table.parameters().getFirst().initializer()).isEqualTo(Spec.of("normal"));
  }

  /** With the default of four gates, parts of the wrong gates would be initialised. */
  @Test
  void gateBiasInitialisersUseTheNumberOfGates() {
    Spec gru = Spec.of("recurrent").with("cell", Spec.of("gru")).with("hidden", 4);
    assertThatThrownBy(() -> layer(gru.with("bias-initializer", "chrono"), 3))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage(
            "[chrono] expected 'gates' to be 3, the number of gates of this cell, but got 4; use chrono:gates=3,... and select the gate, or use the options of the cell");
    Spec three = Spec.of("forget-bias").with("gates", 3);
    assertThat(starts(gru.with("bias-initializer", three))).contains(three);
    assertThat(starts(LSTM.with("bias-initializer", "forget-bias")))
        .contains(Spec.of("forget-bias"));
  }

  @Test
  void theAdaptiveSoftmaxNamesItsClusters() {
    Spec spec = Spec.of("adaptive-softmax").with("units", 10).with("bias", true);
    assertThat(parameters(spec.with("cutoffs", List.of(4, 7)).with("divisor", 2)))
        .containsExactly("W[3, 6]", "b[6]", "P.1[3, 1]", "W.1[1, 3]", "P.2[3, 1]", "W.2[1, 3]");
    for (List<?> wrong :
        List.of(List.of(), List.of(0), List.of(10), List.of(4, 4), List.of(7, 4), List.of(2.5))) {
      assertThatThrownBy(() -> layer(spec.with("cutoffs", wrong), 3))
          .hasMessageStartingWith(
              "[adaptive-softmax] option 'cutoffs' expected increasing whole numbers between 1 and 9, one for each cluster, but got [");
    }
  }
}
