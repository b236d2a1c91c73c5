package dev.comporta.cells.model;

import dev.comporta.api.model.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A tree of layers with the sizes of an input, all of it a function of one number.
 *
 * @param seed the number
 * @param layers the outermost list
 * @param inputSize features, 0 for ids
 * @param timesteps T
 * @param batch B
 * @param lengths of the rows, or null if all are full
 * @param streams whether every layer can run timestep by timestep
 */
record RandomNetwork(
    long seed,
    List<Spec> layers,
    int inputSize,
    int timesteps,
    int batch,
    int @Nullable [] lengths,
    boolean streams) {
  static final int VOCABULARY = 7;

  /** The network of a number. */
  static RandomNetwork of(long seed) {
    RandomGenerator random = new java.util.SplittableRandom(seed);
    boolean streams = random.nextInt(4) > 0;
    boolean ids = random.nextInt(4) == 0;
    int size = RandomLayers.size(random);
    RandomLayers tree = new RandomLayers(random, streams, size);
    List<Spec> layers = new ArrayList<>();
    if (ids) {
      layers.add(Models.embedding(VOCABULARY, size));
      for (int depth = random.nextInt(3); depth > 0; depth--) {
        List<Spec> inner = new ArrayList<>(layers);
        for (int more = random.nextInt(3); more > 0; more--) {
          inner.add(tree.layer(1, true));
        }
        layers = new ArrayList<>(List.of(Spec.of("sequential").with("layers", inner)));
      }
    }
    for (int more = random.nextInt(ids ? 0 : 1, 5); more > 0; more--) {
      layers.add(tree.layer(0, true));
    }
    int timesteps = random.nextInt(1, 9);
    int batch = random.nextInt(1, 7);
    int[] lengths =
        random.nextInt(3) > 0
            ? null
            : IntStream.range(0, batch).map(row -> random.nextInt(timesteps + 1)).toArray();
    return new RandomNetwork(seed, layers, ids ? 0 : size, timesteps, batch, lengths, streams);
  }

  Spec spec() {
    Spec spec = Spec.of("sequential").with("layers", layers);
    return inputSize == 0 ? spec : spec.with("input-size", inputSize);
  }

  RandomNetwork fullRows() {
    return new RandomNetwork(seed, layers, inputSize, timesteps, batch, null, streams);
  }

  @Override
  public String toString() {
    return "%s%nT %d, B %d, lengths %s; seed %d"
        .formatted(spec(), timesteps, batch, Arrays.toString(lengths), seed);
  }

  /** Smaller networks, each with one thing less. */
  List<RandomNetwork> smaller() {
    List<RandomNetwork> smaller = new ArrayList<>();
    for (List<Spec> fewer : smaller(layers)) {
      smaller.add(with(fewer, timesteps, batch, lengths));
    }
    if (lengths != null) {
      smaller.add(with(layers, timesteps, batch, null));
    }
    if (timesteps > 1) {
      smaller.add(with(layers, timesteps / 2, batch, null));
      smaller.add(with(layers, timesteps - 1, batch, null));
    }
    if (batch > 1) {
      smaller.add(with(layers, timesteps, batch / 2, null));
    }
    return smaller;
  }

  private RandomNetwork with(List<Spec> others, int t, int b, int @Nullable [] rows) {
    return new RandomNetwork(seed, others, inputSize, t, b, rows, streams);
  }

  /** Lists with one layer less, and with one layer smaller. */
  private static List<List<Spec>> smaller(List<Spec> specs) {
    List<List<Spec>> lists = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      int at = i;
      if (specs.size() > 1) {
        lists.add(edited(specs, list -> without(list, at)));
      }
      if (specs.get(i).options().get("layers") instanceof List<?> inner) {
        lists.add(edited(specs, list -> replaced(list, at, specs(inner))));
      }
      if (specs.get(i).options().get("layer") instanceof Spec inner) {
        lists.add(edited(specs, list -> replaced(list, at, List.of(inner))));
      }
      for (Spec spec : smaller(specs.get(i))) {
        lists.add(edited(specs, list -> replaced(list, at, List.of(spec))));
      }
    }
    return lists;
  }

  private static List<Spec> specs(List<?> values) {
    return values.stream().map(Spec.class::cast).toList();
  }

  private static List<Spec> edited(List<Spec> specs, UnaryOperator<List<Spec>> edit) {
    return edit.apply(new ArrayList<>(specs));
  }

  private static List<Spec> without(List<Spec> list, int at) {
    list.remove(at);
    return list;
  }

  private static List<Spec> replaced(List<Spec> list, int at, List<Spec> others) {
    list.remove(at);
    list.addAll(at, others);
    return list;
  }

  private static List<Spec> smaller(Spec spec) {
    List<Spec> specs = new ArrayList<>();
    if (spec.options().get("layers") instanceof List<?> inner) {
      smaller(specs(inner)).forEach(list -> specs.add(spec.with("layers", list)));
    }
    if (spec.options().get("layer") instanceof Spec inner) {
      smaller(inner).forEach(other -> specs.add(spec.with("layer", other)));
    }
    if (spec.options().get("cell") instanceof Spec cell && !cell.options().isEmpty()) {
      specs.add(spec.with("cell", Spec.of(cell.name())));
    }
    if (spec.options().get("depth") instanceof Long depth && depth > 1) {
      specs.add(spec.with("depth", depth - 1));
    }
    for (String option : spec.options().keySet()) {
      if (!List.of("layers", "layer", "cell", "depth", "units", "hidden").contains(option)) {
        Map<String, Object> fewer = new LinkedHashMap<>(spec.options());
        fewer.remove(option);
        specs.add(new Spec(spec.name(), fewer));
      }
    }
    return specs;
  }
}
