package dev.comporta.frame.training;

import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/** The options of the layers that most models have, without defaults, and these layers. */
@API(status = API.Status.EXPERIMENTAL)
public final class LayerOptions {
  /** The recurrent cell. */
  public static final Option<Spec> CELL = TrainingOptions.CELL;

  /** Recurrent layers. */
  public static final Option<Integer> LAYERS =
      Option.whole("layers", 1, 1000).help("recurrent layers");

  /** The hidden size. */
  public static final Option<Integer> HIDDEN =
      Option.size("hidden", 1).help("hidden size of each recurrent layer");

  /** The embedding size. */
  public static final Option<Integer> EMBEDDING =
      Option.size("embedding", 1).help("size of the token embeddings");

  /** Vectors of words that were trained on other text. */
  public static final Option<Path> VECTORS =
      Option.path("vectors", "FILE")
          .keptIfGiven()
          .help("start the vectors of words from this text file of GloVe, word2vec or fastText");

  /** The dropout rate. */
  public static final Option<Double> DROPOUT =
      Option.real("dropout", 0, 0.95)
          .in(Group.REGULARIZATION)
          .help("dropout rate of the outputs of each layer");

  /** The rows of a batch. */
  public static final Option<Integer> BATCH =
      Option.size("batch", 1).in(Group.TRAINING).help("sequences per batch");

  private LayerOptions() {}

  /**
   * A stack of recurrent layers, each followed by dropout if there is any.
   *
   * @param settings with {@link #CELL}, {@link #HIDDEN} and, where declared, {@link #LAYERS} and
   *     {@link #DROPOUT}
   * @return first to last
   */
  public static List<Spec> recurrent(Settings settings) {
    return stack("recurrent", settings);
  }

  /**
   * A stack of recurrent layers in both directions, with dropout before, between and after them if
   * there is any.
   *
   * @param settings as for {@link #recurrent}
   * @return first to last
   */
  public static List<Spec> bothDirections(Settings settings) {
    List<Spec> layers = new ArrayList<>(dropout(settings));
    layers.addAll(stack("bidirectional", settings));
    return layers;
  }

  /**
   * A layer of dropout.
   *
   * @param settings with {@link #DROPOUT}, if there is any
   * @return empty if the rate is 0
   */
  public static List<Spec> dropout(Settings settings) {
    double rate = settings.options().has(DROPOUT) ? settings.get(DROPOUT) : 0;
    return rate == 0 ? List.of() : List.of(Spec.of("dropout").with("rate", rate));
  }

  private static List<Spec> stack(String name, Settings settings) {
    int layers = settings.options().has(LAYERS) ? settings.get(LAYERS) : 1;
    List<Spec> stack = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      stack.add(
          Spec.of(name).with("cell", settings.get(CELL)).with("hidden", settings.get(HIDDEN)));
      stack.addAll(dropout(settings));
    }
    return stack;
  }
}
