package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.DecoderLayer;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.DecoderOptions;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.tasks.captions.SentenceScores.Wording;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What models of pictures and of clips share: their options, their layers and their training. */
final class CaptionModels {
  /** Each halves the sides of the picture: 48, 24, 12, 6. */
  private static final int CONVOLUTIONS = 3;

  private static final int KERNEL = 4;

  /** The kernels of convolutions and dense layers of an encoder. */
  private static final Pattern RECTIFIED = Pattern.compile("encoder\\.layers\\.\\d+\\.W");

  /** The kernel of the last convolution, 4 x 4 of 2 to 4 times as many filters, is one array. */
  private static final int MOST_FILTERS = 4095;

  private static final int USUAL_FILTERS = 16;

  static final Option<Integer> FILTERS =
      Option.whole("filters", 1, MOST_FILTERS)
          .or(USUAL_FILTERS)
          .help("filters of the first convolution; each further one has twice as many");

  /** The same for models that may have no convolutions. */
  static final Option<Integer> FILTERS_OF_PIXELS =
      FILTERS.or(
          it -> it.isGiven(FeatureGraph.FEATURES) ? null : USUAL_FILTERS,
          USUAL_FILTERS + " without --features");

  static final Option<Integer> MIN_COUNT =
      Option.whole("min-count", 1)
          .or(it -> it.isGiven(DATA) ? 1 : null, "1 with --data")
          .in(Group.DATA)
          .help("rarer words are unknown");
  static final Option<Double> VALIDATION =
      Option.real("validation", 0.01, 0.9)
          .or(it -> it.isGiven(DATA) ? 0.1 : null, "0.1 with --data")
          .in(Group.DATA)
          .help("fraction of the images, chosen at random, held out for validation");

  private CaptionModels() {}

  /** Refuses an attention that is not in the catalog. */
  static void requireAttention(Settings settings, TaskContext context) {
    if (DecoderOptions.attends(settings)) {
      context.catalog().find(Kind.ATTENTION, settings.get(DecoderOptions.ATTENTION).name());
    }
  }

  /** The words of the model that training continues from; null without one. */
  static @Nullable WordVocabulary origin(TaskContext context) {
    return context.origin() == null ? null : StoredCaptionWords.of(context.origin());
  }

  private static RandomSource random(Settings settings) {
    return new CounterRandom(settings.get(SEED)).stream("photos");
  }

  /** Holds some pictures or clips of a folder out. */
  static CaptionedImages.Parts split(CaptionedImages all, Settings settings) {
    return all.split(settings.get(VALIDATION), random(settings).stream("split"));
  }

  /**
   * Training on the pictures or clips of a folder.
   *
   * @param known the words of the model that training continues from; null if they are counted
   * @param unit what there are captions of, in the plural
   */
  static Experiment ofFiles(
      CaptionedImages.Parts parts,
      Settings settings,
      @Nullable WordVocabulary known,
      Function<WordVocabulary, Recipe> recipe,
      Wording wording,
      String unit) {
    RandomSource random = random(settings);
    WordVocabulary words = known == null ? parts.training().words(settings.get(MIN_COUNT)) : known;
    int batch = settings.get(BATCH);
    return new Experiment(
        new Experiment.DataSource(parts.training().name(), parts.training().sha256()),
        recipe.apply(words),
        CaptionedExamples.of(parts.training(), words, batch, random.stream("training")),
        CaptionedExamples.of(parts.heldOut(), words, batch, random.stream("validation")),
        formatted(
            "%,d %s with %,d captions for training and %,d %s for validation, %,d words",
            parts.training().images().size(),
            unit,
            parts.training().captions().size(),
            parts.heldOut().images().size(),
            unit,
            words.size()),
        trained ->
            SentenceScores.score(
                trained.captioner(),
                BeamSettings.GREEDY,
                parts.heldOut(),
                parts.training().mostFrequent(),
                SentenceScores.BASELINE,
                wording));
  }

  /** Refuses a side that the convolutions cannot halve. */
  static int requireHalves(int side) {
    if (side % (1 << CONVOLUTIONS) != 0) {
      throw new InvalidOptionException(
          formatted(
              "--side expected a multiple of %d, which can be halved %d times, but got %d",
              1 << CONVOLUTIONS, CONVOLUTIONS, side));
    }
    return side;
  }

  /** Words of a grammar. */
  static WordVocabulary words(Set<String> grammar) {
    List<String> words = new ArrayList<>(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    words.addAll(grammar);
    return WordVocabulary.ofTokens(words);
  }

  /**
   * Refuses what no array of Java could hold, and epochs of less than an update.
   *
   * @param drawn the option with the examples of an epoch
   * @param frames of each; 1 for pictures
   */
  static void requireSizes(Settings settings, Option<Integer> drawn, int side, int frames) {
    int batch = settings.get(BATCH);
    int filters = settings.get(FILTERS);
    int half = side / 2;
    long features = (long) Captioner.CHANNELS * side * side;
    long windows = (long) half / 2 * (half / 2) * KERNEL * KERNEL * filters; // of the second one
    long most = Integer.MAX_VALUE / (frames * Math.max(windows, features));
    if (batch > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d %s with --filters %d but got %d",
              most, drawn.name(), filters, batch));
    }
    int count = settings.find(drawn).orElse(batch);
    if (count < batch) {
      throw new InvalidOptionException(
          formatted(
              "--%s expected at least the %d of one update but got %d",
              drawn.name(), batch, count));
    }
  }

  /** Refuses a batch of features that no array of Java could hold. */
  static void requireSizes(Settings settings, FeatureGraph graph) {
    long places = (long) graph.rows() * graph.columns();
    long most = Integer.MAX_VALUE / (places * Math.max(graph.channels(), settings.get(HIDDEN)));
    if (settings.get(BATCH) > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d images with %s but got %d",
              most, graph.size(), settings.get(BATCH)));
    }
  }

  /** The positions of features as timesteps, each with a dense layer. */
  static List<Spec> featureEncoder(Settings settings, FeatureGraph graph) {
    return List.of(
        Spec.of("picture-places").with("height", graph.rows()).with("width", graph.columns()),
        Spec.of("dense").with("units", settings.get(HIDDEN)).with("activation", "relu"));
  }

  /** Positions on a side, of a picture with so many pixels on a side. */
  static int places(int side) {
    return side >> CONVOLUTIONS;
  }

  /** Convolutions that read a picture, and its positions as timesteps. */
  static List<Spec> pictureEncoder(Settings settings, int side) {
    List<Spec> encoder = new ArrayList<>(convolutions(settings, side));
    int places = places(side);
    encoder.add(Spec.of("picture-places").with("height", places).with("width", places));
    encoder.add(
        Spec.of("dense")
            .with("units", settings.get(FILTERS) << (CONVOLUTIONS - 1))
            .with("activation", "relu"));
    return encoder;
  }

  /** Convolutions over a picture, or over each frame of a clip, that halve its sides. */
  static List<Spec> convolutions(Settings settings, int side) {
    List<Spec> convolutions = new ArrayList<>();
    for (int i = 0; i < CONVOLUTIONS; i++) {
      convolutions.add(
          Spec.of("conv2d")
              .with("height", side >> i)
              .with("width", side >> i)
              .with("filters", settings.get(FILTERS) << i)
              .with("kernel", KERNEL)
              .with("stride", 2)
              .with("pad", 1)
              .with("activation", "relu"));
    }
    return convolutions;
  }

  /**
   * An encoder, and a decoder with or without attention to what it returns.
   *
   * @param words of captions
   * @param source the numbers of a picture, a frame, or the features of a picture
   */
  static Recipe recipe(Settings settings, WordVocabulary words, int source, List<Spec> encoder) {
    Spec model = model(settings, words.size(), source, encoder);
    return Recipe.of(model, Spec.of("cross-entropy"))
        .withVocabularies(List.of(StoredCaptionWords.stored(words)))
        .initializedBy(CaptionModels::initializer);
  }

  private static Spec model(Settings settings, int words, int source, List<Spec> encoder) {
    boolean attends = DecoderOptions.attends(settings);
    Spec decoder =
        Spec.of(attends ? AttentionDecoderLayer.NAME : DecoderLayer.NAME)
            .with("cell", settings.get(CELL))
            .with("hidden", settings.get(HIDDEN));
    if (attends) {
      decoder = decoder.with("attention", settings.get(DecoderOptions.ATTENTION));
    }
    return Spec.of(SequenceModel.ENCODER_DECODER)
        .with("source-input-size", source)
        .with("encoder", encoder)
        .with(
            "layers",
            List.of(
                Spec.of("embedding")
                    .with("vocabulary", words)
                    .with("size", settings.get(EMBEDDING)),
                decoder,
                Spec.of("dense").with("units", words)));
  }

  /** He et al. 2015 for kernels before rectifiers, so that outputs keep their variance. */
  static Spec initializer(ParameterSpec parameter) {
    return RECTIFIED.matcher(parameter.name()).matches()
        ? Spec.of("he-normal")
        : parameter.initializer();
  }
}
