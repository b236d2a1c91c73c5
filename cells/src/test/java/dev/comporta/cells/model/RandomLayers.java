package dev.comporta.cells.model;

import dev.comporta.api.model.Spec;
import dev.comporta.testkit.CellSpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws layers of every kind, each for the features that the one before gives. */
final class RandomLayers {
  private static final int DEEPEST = 3;

  /** The lanes of vectors, one less and one more, and others. */
  private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 24, 31, 32, 33, 40};

  private static final List<Spec> CELLS =
      Cells.all().entrySet().stream()
          .filter(cell -> !cell.getKey().contains("threshold")) // a jump magnifies rounding
          .map(java.util.Map.Entry::getValue)
          .toList();

  private final RandomGenerator random;
  private final boolean streams;
  private int size;

  /**
   * A row of layers.
   *
   * @param random draws
   * @param streams whether all must run timestep by timestep
   * @param size features of the input
   */
  RandomLayers(RandomGenerator random, boolean streams, int size) {
    this.random = random;
    this.streams = streams;
    this.size = size;
  }

  static int size(RandomGenerator random) {
    return random.nextInt(3) == 0 ? random.nextInt(1, 41) : SIZES[random.nextInt(SIZES.length)];
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean rarely() {
    return random.nextInt(4) == 0;
  }

  /**
   * The next layer.
   *
   * @param depth how many layers it lies in
   * @param mayChangeTime whether it may give other timesteps than it takes
   */
  Spec layer(int depth, boolean mayChangeTime) {
    if (depth < DEEPEST && random.nextInt(3) == 0) {
      return nested(depth, mayChangeTime);
    }
    if (!streams && random.nextInt(3) == 0) {
      return wholeSequence(mayChangeTime);
    }
    return switch (random.nextInt(13)) {
      case 0, 1, 2, 3 -> dense();
      case 4, 5, 6 -> recurrent();
      case 7 -> convolution();
      case 8 -> activation();
      case 11 -> picture();
      case 9 -> Spec.of("dropout").with("rate", 0.3).with("shared-over-time", rarely());
      case 10 -> size < 4 ? dense() : Spec.of("layer-norm");
      default -> Spec.of("softmax");
    };
  }

  private Spec dense() {
    size = size(random);
    Spec dense = Spec.of("dense").with("units", size);
    if (rarely()) {
      dense = dense.with("bias", false);
    }
    return rarely()
        ? dense.with("activation", one(List.of("tanh", "relu", "sigmoid", "log-softmax")))
        : dense;
  }

  private Spec activation() {
    return Spec.of("activation").with("function", one(List.of("tanh", "sigmoid", "softplus")));
  }

  private Spec cell() {
    Spec cell = one(CELLS);
    if (rarely()) {
      cell = cell.with("input-dropout", 0.2);
    }
    return rarely()
            && !cell.name().startsWith("layer-norm")
            && CellSpecs.allowsRecurrentDropout(cell.name())
        ? cell.with("recurrent-dropout", 0.3)
        : cell;
  }

  private Spec run(String name) {
    size(0);
    int hidden = Math.max(4, size(random)); // a projection has up to 3, and a norm needs some
    Spec cell = cell();
    Spec layer = Spec.of(name).with("cell", cell).with("hidden", hidden);
    if (rarely()) {
      layer = layer.with("zoneout", 0.2);
    }
    if (rarely() && CellSpecs.hasRecurrentProduct(cell.name())) {
      layer = layer.with("weight-drop", 0.2);
    }
    if (rarely()) {
      layer = layer.with("learn-initial-state", true);
    }
    return layer;
  }

  private Spec recurrent() {
    Spec layer = run("recurrent");
    return given(rarely() ? layer.with("returns", "states") : layer);
  }

  /** Takes the features that a layer gives from the layer itself. */
  private Spec given(Spec layer) {
    size = Cells.layer(layer, size).outputSize();
    return layer;
  }

  private void size(int least) {
    size = Math.max(size, least);
  }

  private Spec convolution() {
    Spec layer =
        Spec.of("conv1d")
            .with("filters", size(random))
            .with("width", random.nextInt(1, 5))
            .with("padding", "causal");
    if (rarely()) {
      layer = layer.with("dilation", 2);
    }
    return given(rarely() ? layer.with("activation", "tanh") : layer);
  }

  /** A convolution of a picture at every timestep, behind a layer that gives one. */
  private Spec picture() {
    int height = random.nextInt(2, 5);
    int width = random.nextInt(2, 5);
    Spec picture = Spec.of("dense").with("units", height * width * 2);
    Spec filters = Spec.of("conv2d").with("filters", 3);
    Spec time = Spec.of("conv3d").with("filters", 2).with("padding-time", "causal");
    Spec layer =
        one(List.of(
                filters,
                time.with("kernel-time", random.nextInt(1, 4)),
                Spec.of("pool2d").with("mode", "mean")))
            .with("height", height)
            .with("width", width)
            .with("kernel", 2);
    return given(Spec.of("sequential").with("layers", List.of(picture, layer)));
  }

  private Spec wholeSequence(boolean mayChangeTime) {
    return switch (random.nextInt(mayChangeTime ? 9 : 5)) {
      case 0, 4 -> Spec.of("reverse");
      case 1 ->
          given(run("bidirectional").with("merge", one(List.of("concatenate", "sum", "mean"))));
      case 2 -> given(run("recurrent").with("reverse", true));
      case 3 ->
          given(
              Spec.of("conv1d").with("filters", size(random)).with("width", random.nextInt(1, 4)));
      case 7 -> Spec.of("pool-time").with("mode", one(List.of("last", "mean")));
      case 5 ->
          given(
              Spec.of("conv1d")
                  .with("filters", size(random))
                  .with("width", random.nextInt(1, 4))
                  .with("stride", random.nextInt(1, 3))
                  .with("padding", one(List.of("same", "none"))));
      case 6 -> Spec.of("pool1d").with("width", random.nextInt(1, 3)).with("mode", "mean");
      default ->
          given(
              run(one(List.of("recurrent", "bidirectional")))
                  .with("returns", one(List.of("last", "state"))));
    };
  }

  private Spec nested(int depth, boolean mayChangeTime) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> {
        List<Spec> layers = new ArrayList<>();
        for (int more = random.nextInt(1, 7); more > 0; more--) {
          layers.add(layer(depth + 1, mayChangeTime));
        }
        yield Spec.of("sequential").with("layers", layers);
      }
      case 2 -> Spec.of("residual").with("layers", back(depth));
      case 3 -> Spec.of("highway").with("layers", back(depth));
      default -> stack();
    };
  }

  /** Layers that end with as many features as they begin with. */
  private List<Spec> back(int depth) {
    int before = size;
    List<Spec> layers = new ArrayList<>();
    for (int more = random.nextInt(3); more > 0; more--) {
      layers.add(layer(depth + 1, false));
    }
    if (size != before || layers.isEmpty()) {
      Spec dense = Spec.of("dense").with("units", before);
      layers.add(rarely() ? dense.with("activation", "tanh") : dense);
      size = before;
    }
    return layers;
  }

  private Spec stack() {
    Spec inner =
        switch (random.nextInt(5)) {
          case 0 -> recurrent();
          case 1 -> convolution();
          case 2 -> activation();
          default -> dense();
        };
    Spec stack = Spec.of("stack").with("layer", inner).with("depth", random.nextInt(1, 10));
    if (rarely()) {
      stack = stack.with("dropout", 0.2);
    }
    return rarely() ? stack.with("around", one(List.of("residual", "highway"))) : stack;
  }
}
