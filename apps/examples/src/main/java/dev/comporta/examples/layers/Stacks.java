package dev.comporta.examples.layers;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import java.util.List;
import java.util.Locale;

/** Options of cells and layers, and nested layers. */
public final class Stacks {
  private Stacks() {}

  /** Prints the output shapes and parameter counts of models. */
  public static void main(String[] arguments) {
    // @start region="cell"
    Spec cell =
        Spec.of("lstm")
            .with("peepholes", true)
            .with("projection", 12) // h has 12 numbers, c has 16
            .with("chrono", 50) // dependencies of up to 50 timesteps
            .with("recurrent-dropout", 0.2);
    Spec recurrent =
        Spec.of("recurrent")
            .with("cell", cell)
            .with("hidden", 16)
            .with("zoneout", 0.1)
            .with("recurrent-initializer", "orthogonal")
            .with("learn-initial-state", true);
    Spec variant = Spec.of("lstm").with("variant", "cifg"); // Greff et al. 2017
    Spec before = Spec.of("gru").with("reset", "before"); // Cho et al. 2014
    // @end region="cell"
    // @start region="deep"
    Spec deep =
        Spec.of("stack")
            .with("layer", recurrent)
            .with("depth", 4)
            .with("dropout", 0.3)
            .with("around", "residual"); // or highway
    Spec both =
        Spec.of("bidirectional").with("cell", variant).with("hidden", 10).with("merge", "sum");
    show(
        SmallModel.with(
            5, deep, both, Spec.of("recurrent").with("cell", before).with("hidden", 3)));
    // @end region="deep"
    // @start region="signal"
    SmallModel signal =
        SmallModel.with(
            5,
            Spec.of("conv1d").with("filters", 8).with("width", 3).with("activation", "relu"),
            Spec.of("pool1d").with("width", 2),
            Spec.of("layer-norm"),
            Spec.of("recurrent").with("cell", "gru").with("hidden", 16).with("reverse", true),
            Spec.of("dropout").with("rate", 0.2).with("shared-over-time", true), // variational
            Spec.of("recurrent").with("cell", "lstm").with("hidden", 16).with("returns", "last"),
            Spec.of("dense").with("units", 2),
            Spec.of("softmax"));
    // @end region="signal"
    show(signal);
    // @start region="video"
    SmallModel video =
        SmallModel.with(
            8 * 8, // an image of 8 x 8 at every timestep
            Spec.of("conv2d")
                .with("height", 8)
                .with("width", 8)
                .with("filters", 4)
                .with("kernel", 3)
                .with("pad", 1),
            Spec.of("pool2d").with("height", 8).with("width", 8).with("kernel", 2),
            Spec.of("conv3d")
                .with("height", 4)
                .with("width", 4)
                .with("filters", 8)
                .with("kernel", 3)
                .with("pad", 1)
                .with("kernel-time", 3)
                .with("padding-time", "causal"),
            Spec.of("recurrent").with("cell", "gru").with("hidden", 16),
            Spec.of("pool-time").with("mode", "mean"));
    // @end region="video"
    show(video);
    // @start region="words"
    SmallModel words =
        SmallModel.with(
            0, // ids
            Spec.of("embedding").with("vocabulary", 20_000).with("size", 32),
            Spec.of("recurrent").with("cell", "lstm").with("hidden", 32).with("weight-drop", 0.4),
            Spec.of("adaptive-softmax").with("units", 20_000).with("cutoffs", List.of(1000, 5000)));
    SmallModel tied =
        SmallModel.with(
            0,
            Spec.of("embedding").with("vocabulary", 20_000).with("size", 32),
            Spec.of("recurrent").with("cell", "lstm").with("hidden", 32),
            Spec.of("dense").with("units", 20_000).with("tied", true));
    // @end region="words"
    System.out.printf(
        Locale.ROOT, "adaptive: %,d parameters%n", words.model().parameters().count());
    System.out.printf(Locale.ROOT, "tied: %,d parameters%n", tied.model().parameters().count());
  }

  /** Prints the output shape for 6 timesteps and 2 rows, of which the second has length 4. */
  private static void show(SmallModel small) {
    int size = small.model().inputSize();
    Batch batch = Batch.ofValues(6, 2, size, new float[6 * 2 * size], new int[] {6, 4});
    int given = small.outputs(batch).length / 2;
    int outputs = small.model().outputSize();
    System.out.printf(
        Locale.ROOT,
        "6 timesteps of %d -> %d of %d: %,d parameters%n",
        size,
        given / outputs,
        outputs,
        small.model().parameters().count());
  }
}
