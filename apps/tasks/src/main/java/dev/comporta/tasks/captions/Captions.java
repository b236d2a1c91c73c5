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
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Examples;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.DecoderOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Captioner;
import dev.comporta.inference.ImageCaption;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.tasks.captions.CaptionScores.Example;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Captions of small scenes, from a vector to a sequence: convolutions read a picture, a GRU with
 * additive attention over its positions writes what it shows (Xu et al. 2015). Scenes are drawn,
 * and described by a grammar, as they are needed; those that the model is scored on have
 * combinations that training has not. Or the pictures are those of a folder, with any sentences;
 * without attention, the model is an encoder-decoder as in <i>Show and Tell</i> (Vinyals et al.
 * 2015).
 */
public final class Captions implements Task {
  /** Called by the service loader. */
  public Captions() {}

  private static final String NAME = "captions";
  private static final int VALIDATION_BATCHES = 20;
  private static final int TESTED = 2000;
  private static final int MOST_TESTED = 1_000_000;
  private static final int SAMPLES = 5;

  /** Each halves the sides of the picture: 48, 24, 12, 6. */
  private static final int CONVOLUTIONS = 3;

  private static final int KERNEL = 4;

  /** The kernel of the last convolution, 4 x 4 of 2 to 4 times as many filters, is one array. */
  private static final int MOST_FILTERS = 4095;

  static final Option<Integer> SCENES =
      Option.whole("scenes", 1)
          .or(10_000)
          .in(Group.DATA)
          .help("scenes per epoch; each epoch draws new ones");
  static final Option<Integer> FILTERS =
      Option.whole("filters", 1, MOST_FILTERS)
          .or(16)
          .help("filters of the first convolution; each further one has twice as many");
  private static final Option<Integer> TEST_SCENES =
      Option.whole("scenes", 1, MOST_TESTED)
          .or(TESTED)
          .in(Group.DATA)
          .help("scenes to draw and score, without --data");
  private static final Option<Path> FOLDER =
      DATA.or(_ -> null, "").help("a folder of images with captions.tsv");
  private static final Option<Path> PHOTOS =
      DATA.or(_ -> null, "drawn scenes")
          .help("a folder of PNG or JPEG images with captions.tsv: a name, a tab and a sentence");
  private static final Option<Integer> SIDE =
      Option.whole("side", 16, 1024)
          .or(it -> it.isGiven(DATA) ? Scene.SIDE : null, Scene.SIDE + " with --data")
          .in(Group.DATA)
          .help("pixels on a side of the images as the model reads them, a multiple of 8");
  private static final Option<Integer> MIN_COUNT =
      Option.whole("min-count", 1)
          .or(it -> it.isGiven(DATA) ? 1 : null, "1 with --data")
          .in(Group.DATA)
          .help("rarer words are unknown");
  private static final Option<Double> VALIDATION =
      Option.real("validation", 0.01, 0.9)
          .or(it -> it.isGiven(DATA) ? 0.1 : null, "0.1 with --data")
          .in(Group.DATA)
          .help("fraction of the images, chosen at random, held out for validation");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "an image-captioning model with attention (Xu et al. 2015) on generated scenes, or a folder of images";
  }

  @Override
  public String unit() {
    return "word";
  }

  @Override
  public Options options() {
    return Options.of(
            PHOTOS,
            SIDE,
            MIN_COUNT,
            VALIDATION,
            SCENES.or(it -> it.isGiven(DATA) ? null : 10_000, "10000 without --data"),
            FILTERS,
            CELL.or(Spec.of("gru")),
            HIDDEN.or(192).help("hidden size of the decoder"),
            EMBEDDING.or(32).help("size of the word embeddings"),
            DecoderOptions.ATTENTION,
            BATCH.or(32).help("scenes per batch"))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(24, 0.003)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(1, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    int batch = settings.get(BATCH);
    boolean given = settings.isGiven(DATA);
    settings.requireEffective(SCENES, "drawn scenes, not --data", !given);
    for (Option<?> option : List.of(SIDE, MIN_COUNT, VALIDATION)) {
      settings.requireEffective(option, "--data", given);
    }
    requireSizes(settings, side(settings));
    if (DecoderOptions.attends(settings)) {
      context.catalog().find(Kind.ATTENTION, settings.get(DecoderOptions.ATTENTION).name());
    }
    WordVocabulary origin =
        context.origin() == null ? null : StoredCaptionWords.of(context.origin());
    int seed = settings.get(SEED);
    if (given) {
      return photos(settings, origin);
    }
    WordVocabulary words = Objects.requireNonNullElseGet(origin, Captions::words);
    RandomSource random = new CounterRandom(seed).stream("scenes");
    return new Experiment(
        new Experiment.DataSource("drawn scenes and their captions", ""),
        recipe(settings, words),
        SceneExamples.ofCaptions(
            random.stream("training"),
            Scene.Share.TRAINING,
            words,
            batch,
            settings.get(SCENES) / batch),
        SceneExamples.ofCaptions(
            random.stream("validation"), Scene.Share.VALIDATION, words, batch, VALIDATION_BATCHES),
        formatted("%d scenes per update, %d words", batch, words.size()),
        trained -> test(trained.captioner(), seed));
  }

  private static Recipe recipe(Settings settings, WordVocabulary words) {
    return Recipe.of(model(settings, words.size()), Spec.of("cross-entropy"))
        .withVocabularies(List.of(StoredCaptionWords.stored(words)))
        .initializedBy(Captions::initializer);
  }

  /** Training on the pictures of a folder. */
  private static Experiment photos(Settings settings, @Nullable WordVocabulary known) {
    Photos all = Photos.read(settings.get(DATA), side(settings));
    RandomSource random = new CounterRandom(settings.get(SEED)).stream("photos");
    Photos.Parts parts = all.split(settings.get(VALIDATION), random.stream("split"));
    WordVocabulary words = known == null ? parts.training().words(settings.get(MIN_COUNT)) : known;
    int batch = settings.get(BATCH);
    return new Experiment(
        new Experiment.DataSource(all.name(), all.sha256()),
        recipe(settings, words),
        PhotoExamples.of(parts.training(), words, batch, random.stream("training")),
        PhotoExamples.of(parts.heldOut(), words, batch, random.stream("validation")),
        formatted(
            "%,d images with %,d captions for training and %,d images for validation, %,d words",
            parts.training().photos().size(),
            parts.training().captions().size(),
            parts.heldOut().photos().size(),
            words.size()),
        trained ->
            PhotoScores.score(
                trained.captioner(),
                BeamSettings.GREEDY,
                parts.heldOut(),
                parts.training().mostFrequent(),
                PhotoScores.BASELINE));
  }

  /** Whether a model was trained on a folder of pictures, which may have any sizes. */
  static boolean readsPhotos(LoadedModel model) {
    return new Captions().trained(model).isGiven(DATA);
  }

  private static int side(Settings settings) {
    int side = settings.options().has(SIDE) ? settings.find(SIDE).orElse(Scene.SIDE) : Scene.SIDE;
    if (side % (1 << CONVOLUTIONS) != 0) {
      throw new InvalidOptionException(
          formatted(
              "--side expected a multiple of %d, which can be halved %d times, but got %d",
              1 << CONVOLUTIONS, CONVOLUTIONS, side));
    }
    return side;
  }

  /** The words of the grammar. */
  private static WordVocabulary words() {
    List<String> words = new ArrayList<>(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    words.addAll(Grammar.words());
    return WordVocabulary.ofTokens(words);
  }

  /** Refuses what no array of Java could hold, and epochs of less than an update. */
  static void requireSizes(Settings settings, int side) {
    int batch = settings.get(BATCH);
    int filters = settings.get(FILTERS);
    int half = side / 2;
    long features = (long) Captioner.CHANNELS * side * side;
    long windows = (long) half / 2 * (half / 2) * KERNEL * KERNEL * filters; // of the second one
    long most = Integer.MAX_VALUE / Math.max(windows, features);
    if (batch > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d scenes with --filters %d but got %d",
              most, filters, batch));
    }
    int scenes = settings.find(SCENES).orElse(batch);
    if (scenes < batch) {
      throw new InvalidOptionException(
          formatted("--scenes expected at least the %d of one update but got %d", batch, scenes));
    }
  }

  /** Convolutions that read a scene, and its positions as timesteps. */
  static List<Spec> encoder(Settings settings) {
    List<Spec> encoder = new ArrayList<>();
    int side = side(settings);
    int channels = settings.get(FILTERS);
    for (int i = 0; i < CONVOLUTIONS; i++) {
      channels = settings.get(FILTERS) << i;
      encoder.add(
          Spec.of("conv2d")
              .with("height", side)
              .with("width", side)
              .with("filters", channels)
              .with("kernel", KERNEL)
              .with("stride", 2)
              .with("pad", 1)
              .with("activation", "relu"));
      side /= 2;
    }
    encoder.add(Spec.of("picture-places").with("height", side).with("width", side));
    encoder.add(Spec.of("dense").with("units", channels).with("activation", "relu"));
    return encoder;
  }

  private static Spec model(Settings settings, int words) {
    boolean attends = DecoderOptions.attends(settings);
    Spec decoder =
        Spec.of(attends ? AttentionDecoderLayer.NAME : DecoderLayer.NAME)
            .with("cell", settings.get(CELL))
            .with("hidden", settings.get(HIDDEN));
    if (attends) {
      decoder = decoder.with("attention", settings.get(DecoderOptions.ATTENTION));
    }
    return Spec.of(SequenceModel.ENCODER_DECODER)
        .with("source-input-size", Captioner.CHANNELS * side(settings) * side(settings))
        .with("encoder", encoder(settings))
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
    boolean rectified = parameter.name().startsWith("encoder.") && parameter.name().endsWith(".W");
    return rectified ? Spec.of("he-normal") : parameter.initializer();
  }

  /** The first scenes of a seed that no training has seen, each with one of its captions. */
  static List<Example> unseen(int count, long seed) {
    CounterRandom random = new CounterRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Scene scene = unseenScene(seed, i);
      Draws words = new Draws(random.stream("captions").stream(i));
      examples.add(
          new Example(
              () -> scene.picture(Scene.SIDE), scene.truth(), List.of(Grammar.say(scene, words))));
    }
    return examples;
  }

  /** A scene of a seed that no training has seen. */
  static Scene unseenScene(long seed, long number) {
    RandomSource random = new CounterRandom(seed).stream("unseen scenes").stream(number);
    return SceneLayout.of(Scene.Share.TEST, random);
  }

  /** The score of a trained model, after some of the scenes as the model says them. */
  private static Score test(Captioner model, long seed) {
    List<Example> scenes = unseen(TESTED, seed);
    List<Example> samples = scenes.subList(0, SAMPLES);
    List<ImageCaption> captions =
        Pictures.caption(
            model, samples.stream().map(it -> it.picture().get()).toList(), BeamSettings.GREEDY);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < SAMPLES; i++) {
      String said = captions.get(i).text();
      String verdict = samples.get(i).truth().verdict(said).words();
      text.append(formatted("%s: %s%n", verdict, said));
    }
    CaptionScores scores = new CaptionScores(model, BeamSettings.GREEDY, scenes);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put(CaptionScores.METRIC, scores.exactMeaning());
    figures.put("test_scenes", TESTED);
    figures.put("by_figures", scores.byFigures());
    return scores.score(figures, text + scores.table());
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            FOLDER, TEST_SCENES, DecodingOptions.BEAM.or(1), DecodingOptions.LENGTH_PENALTY, SEED),
        Captions::evaluate);
  }

  private static Score evaluate(LoadedModel open, Settings settings) {
    Captioner model = open.captioner();
    Path data = settings.find(DATA).orElse(null);
    settings.requireEffective(TEST_SCENES, "drawn scenes, not --data", data == null);
    settings.requireEffective(SEED, "drawn scenes, not --data", data == null);
    int seed = settings.get(SEED);
    BeamSettings search = DecodingOptions.beam(settings);
    if (readsPhotos(open)) {
      if (data == null) {
        throw new InvalidOptionException(
            "[evaluate] expected --data, as the model was trained on a folder of images, but got none");
      }
      Photos photos = Photos.read(data, model.side());
      return PhotoScores.score(
          model, search, photos, photos.mostFrequent(), PhotoScores.BASELINE + " of these data");
    }
    CaptionScores scores =
        new CaptionScores(
            model,
            search,
            data == null ? unseen(settings.get(TEST_SCENES), seed) : CaptionFiles.read(data));
    Map<String, Object> figures = new LinkedHashMap<>(scores.figures());
    figures.put("beam", search.beam());
    String text = scores.table();
    if (data == null) {
      figures.put("seed", seed);
    } else {
      figures.put("exact_sentence", scores.exactSentence());
      text += formatted("%nword by word as in the data: %.1f %%", 100 * scores.exactSentence());
    }
    figures.put("scenes_per_second", scores.perSecond());
    figures.put("by_figures", scores.byFigures());
    return scores.score(figures, text);
  }

  @Override
  public List<Ability> abilities() {
    return CaptionAbilities.all();
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "scenes that are never used in training, with captions",
            Options.of(Examples.COUNT, Examples.SEED),
            CaptionFiles::examples));
  }
}
