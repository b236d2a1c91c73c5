package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer of the catalog that is no decoder keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
@Tag("full")
class EveryLayerTest extends LayerContract {
  private static final int I = 4;

  @Parameter String layer = "";

  static List<String> names() {
    return layers().values().stream().map(Spec::name).distinct().sorted().toList();
  }

  @Override
  protected List<Spec> specs() {
    return layers().values().stream().filter(spec -> spec.name().equals(layer)).toList();
  }

  @Override
  protected int inputSize() {
    return List.of("embedding", "word-characters").contains(layer) ? 0 : I;
  }

  @Override
  protected boolean forwards(Spec spec) {
    return layers().entrySet().stream()
        .filter(entry -> entry.getValue().equals(spec))
        .anyMatch(entry -> readsForwards(entry.getKey(), spec));
  }

  @Override
  protected boolean streams(Spec spec) {
    List<String> ofPictures = List.of("conv2d", "pool2d", "picture-places");
    return forwards(spec) && !ofPictures.contains(layer);
  }

  @Test
  void everyLayerOfTheCatalogIsTried() {
    List<String> decoders = List.of("attention-decoder", "decoder", "film-attention");
    assertThat(names())
        .containsExactlyElementsOf(
            Catalog.load().names(Kind.LAYER).stream()
                .filter(name -> !decoders.contains(name))
                .toList());
  }

  /** Whether a layer's output at a timestep is independent of later timesteps. */
  private static boolean readsForwards(String name, Spec spec) {
    boolean windows = List.of("conv1d", "conv3d").contains(spec.name()) && !name.contains("causal");
    boolean pools =
        List.of("pool1d", "pool-time", "autoregressive", "step-decoder").contains(spec.name());
    boolean one = name.endsWith(", last") || name.endsWith(", state");
    boolean back = name.contains("reverse") || spec.name().equals("bidirectional");
    boolean words = spec.name().equals("word-characters"); // several timesteps for one
    boolean holdsBack = name.equals("sequential");
    return !windows && !pools && !one && !back && !words && !holdsBack;
  }

  private static Map<String, Spec> layers() {
    Map<String, Spec> specs = new LinkedHashMap<>();
    Spec lstm = Spec.of("recurrent").with("cell", "lstm").with("hidden", 3);
    Spec gru = Spec.of("recurrent").with("cell", "gru").with("hidden", I);
    for (String function : List.of("tanh", "softmax", "log-softmax", "softplus")) {
      specs.put(function, Spec.of("activation").with("function", function));
    }
    specs.put("softmax head", Spec.of("softmax"));
    specs.put("dense", Spec.of("dense").with("units", 3).with("activation", "sigmoid"));
    specs.put("dense without bias", Spec.of("dense").with("units", 3).with("bias", false));
    specs.put("dropout", Spec.of("dropout").with("rate", 0.4));
    specs.put("dropout over time", Spec.of("dropout").with("shared-over-time", true));
    specs.put("layer-norm", Spec.of("layer-norm"));
    specs.put("recurrent", lstm);
    specs.put("recurrent in reverse", lstm.with("reverse", true));
    specs.put("recurrent with zoneout", lstm.with("zoneout", 0.3).with("zoneout-c", 0.4));
    for (String cell : List.of("lstm", "gru", "multiplicative-lstm", "jordan")) {
      Spec dropped = lstm.with("cell", cell).with("weight-drop", 0.4);
      specs.put(cell + " with weight drop", dropped);
      specs.put(cell + " with weight drop in reverse", dropped.with("reverse", true));
    }
    specs.put(
        "all noise at once",
        lstm.with("cell", Spec.of("lstm").with("recurrent-dropout", 0.3))
            .with("weight-drop", 0.4)
            .with("zoneout", 0.2)
            .with("learn-initial-state", true));
    specs.put("recurrent with learned start", lstm.with("learn-initial-state", true));
    for (String merge : List.of("concatenate", "sum", "mean")) {
      specs.put(
          "bidirectional " + merge,
          Spec.of("bidirectional").with("cell", "gru").with("hidden", 3).with("merge", merge));
    }
    specs.put(
        "sequential",
        Spec.of("sequential")
            .with("layers", List.of(lstm, Spec.of("dropout"), gru.with("reverse", true))));
    specs.put("residual", Spec.of("residual").with("layers", List.of(gru)));
    specs.put(
        "highway",
        Spec.of("highway").with("layers", List.of(lstm, Spec.of("dense").with("units", I))));
    specs.put(
        "residual in residual",
        Spec.of("residual")
            .with("layers", List.of(Spec.of("residual").with("layers", List.of(gru)), gru)));
    Spec nade = Spec.of("nade").with("units", 3).with("hidden", 2).with("layers", List.of(lstm));
    specs.put("nade", nade);
    specs.put("nade of little memory", nade.with("memory", 1));
    specs.put("nade without memory", nade.with("units", 1));
    specs.put("reverse", Spec.of("reverse"));
    for (String mode : List.of("last", "mean", "max")) {
      specs.put("pool-time " + mode, Spec.of("pool-time").with("mode", mode));
    }
    Spec linear = Spec.of("autoregressive").with("lags", 2).with("units", 3);
    specs.put("autoregressive", linear);
    specs.put(
        "autoregressive around layers",
        linear.with("centered", true).with("layers", List.of(lstm, Spec.of("pool-time"))));
    Spec steps = Spec.of("step-decoder").with("steps", 3);
    specs.put("step-decoder", steps.with("layers", List.of(Spec.of("dense").with("units", 2))));
    specs.put(
        "step-decoder of a cell",
        steps.with("layers", List.of(gru, Spec.of("dense").with("units", 2))));
    Spec adaptive = Spec.of("adaptive-softmax").with("units", 7).with("divisor", 2);
    specs.put("adaptive softmax", adaptive.with("cutoffs", List.of(3)));
    specs.put(
        "adaptive softmax of clusters",
        adaptive.with("cutoffs", List.of(2, 3, 6)).with("bias", true));
    convolutions(specs);
    for (String returns : List.of("last", "states", "state")) {
      Spec asked = lstm.with("returns", returns);
      specs.put("recurrent, " + returns, asked);
      specs.put("recurrent in reverse, " + returns, asked.with("reverse", true));
      specs.put(
          "bidirectional, " + returns,
          Spec.of("bidirectional").with("cell", "lstm").with("hidden", 2).with("returns", returns));
    }
    Spec stack = Spec.of("stack").with("layer", gru).with("depth", 3).with("dropout", 0.3);
    for (String around : List.of("none", "residual", "highway")) {
      specs.put("stack, " + around, stack.with("around", around));
    }
    specs.put(
        "stack that widens first",
        stack
            .with("layer", Spec.of("dense").with("units", 3).with("activation", "tanh"))
            .with("around", "highway"));
    specs.put("crf", Spec.of("crf").with("units", 3));
    Spec words =
        Spec.of("word-characters")
            .with("vocabulary", 6)
            .with("size", 2)
            .with("characters", 5)
            .with("character-size", 3)
            .with("word-length", 2)
            .with("cell", "lstm")
            .with("hidden", 2);
    specs.put("words with their characters", words);
    specs.put(
        "words with all noise",
        words
            .with("word-length", 1)
            .with("word-dropout", 0.5)
            .with("zoneout", 0.3)
            .with("learn-initial-state", true));
    specs.put("embedding", Spec.of("embedding").with("vocabulary", 6).with("size", 3));
    return specs;
  }

  private static void convolutions(Map<String, Spec> specs) {
    Spec time = Spec.of("conv1d").with("filters", 3);
    specs.put("conv1d", time.with("width", 3).with("activation", "tanh"));
    specs.put("conv1d of even width", time.with("width", 2).with("bias", false));
    specs.put("conv1d without padding", time.with("width", 3).with("padding", "none"));
    specs.put(
        "conv1d strided and dilated",
        time.with("width", 3).with("stride", 2).with("dilation", 2).with("pad", 3));
    Spec causal = time.with("padding", "causal").with("activation", "sigmoid");
    specs.put("conv1d causal", causal.with("width", 3));
    specs.put("conv1d causal of width 1", causal.with("width", 1));
    specs.put("conv1d causal of width 2, dilated", causal.with("width", 2).with("dilation", 2));
    specs.put("conv1d causal, dilated", causal.with("width", 3).with("dilation", 2));
    specs.put("conv1d causal without bias", causal.with("width", 2).with("bias", false));
    Spec picture = Spec.of("conv2d").with("height", 2).with("width", 2).with("filters", 3);
    specs.put("conv2d", picture.with("kernel", 2).with("activation", "tanh"));
    specs.put("conv2d padded", picture.with("kernel", 2).with("pad", 1).with("bias", false));
    specs.put(
        "conv2d of two channels",
        picture.with("width", 1).with("kernel", 1).with("kernel-height", 2).with("stride", 2));
    Spec images =
        Spec.of("conv3d")
            .with("height", 2)
            .with("width", 2)
            .with("filters", 3)
            .with("kernel", 2)
            .with("kernel-time", 3);
    specs.put("conv3d", images.with("activation", "tanh"));
    specs.put("conv3d without padding", images.with("padding-time", "none").with("bias", false));
    specs.put(
        "conv3d strided and dilated",
        images.with("pad", 1).with("pad-time", 3).with("stride-time", 2).with("dilation-time", 2));
    Spec causal3d = images.with("padding-time", "causal");
    specs.put("conv3d causal", causal3d.with("activation", "sigmoid"));
    specs.put("conv3d causal of one timestep", causal3d.with("kernel-time", 1));
    specs.put(
        "conv3d causal of two channels, dilated",
        causal3d.with("width", 1).with("kernel-width", 1).with("dilation-time", 2));
    Spec places = Spec.of("picture-places").with("height", 2).with("width", 1);
    specs.put("picture-places", places);
    specs.put("picture-places without vectors", places.with("place-vectors", false));
    specs.put("picture-places with coordinates", places.with("coordinates", true));
    for (String mode : List.of("max", "mean")) {
      specs.put("pool1d " + mode, Spec.of("pool1d").with("width", 2).with("mode", mode));
      specs.put(
          "pool1d overlapping " + mode,
          Spec.of("pool1d").with("width", 3).with("stride", 1).with("mode", mode));
      Spec pool = Spec.of("pool2d").with("height", 2).with("width", 2).with("mode", mode);
      specs.put("pool2d " + mode, pool.with("kernel", 2));
      specs.put(
          "pool2d of two channels " + mode,
          pool.with("width", 1).with("kernel-height", 2).with("kernel-width", 1));
    }
  }
}
