package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.tasks.captions.FeatureGraph.FEATURES;
import static dev.comporta.tasks.captions.FeatureGraph.PIXELS;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.decoding.BeamSettings;
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
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.inference.content.StoredImageFeatures;
import dev.comporta.tasks.captions.CaptionScores.Example;
import dev.comporta.tasks.captions.SentenceScores.Wording;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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

  static final Option<Integer> SCENES =
      Option.whole("scenes", 1)
          .or(10_000)
          .in(Group.DATA)
          .help("scenes per epoch; each epoch draws new ones");
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
          .or(
              it -> it.isGiven(DATA) && !it.isGiven(FEATURES) ? Scene.SIDE : null,
              Scene.SIDE + " with --data, that of the ONNX model with --features")
          .in(Group.DATA)
          .help(
              "pixels on a side of the images as the model reads them, a multiple of 8 without --features");

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
            FEATURES,
            PIXELS,
            CaptionModels.MIN_COUNT,
            CaptionModels.VALIDATION,
            SCENES.or(it -> it.isGiven(DATA) ? null : 10_000, "10000 without --data"),
            CaptionModels.FILTERS_OF_PIXELS,
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
    for (Option<?> option :
        List.of(SIDE, FEATURES, CaptionModels.MIN_COUNT, CaptionModels.VALIDATION)) {
      settings.requireEffective(option, "--data", given);
    }
    Path features = settings.find(FEATURES).orElse(null);
    settings.requireEffective(PIXELS, "--features", features != null);
    settings.requireEffective(
        CaptionModels.FILTERS, "convolutions, not --features", features == null);
    CaptionModels.requireAttention(settings, context);
    if (features != null) {
      return ofFeatures(features, settings, context);
    }
    CaptionModels.requireSizes(settings, SCENES, side(settings), 1);
    WordVocabulary origin = CaptionModels.origin(context);
    int seed = settings.get(SEED);
    if (given) {
      CaptionedImages all =
          CaptionedImages.read(settings.get(DATA), new ImageInput.Pixels(side(settings), 1, true));
      return CaptionModels.ofFiles(
          CaptionModels.split(all, settings),
          settings,
          origin,
          words -> recipe(settings, words),
          Wording.PICTURES,
          "images");
    }
    WordVocabulary words =
        Objects.requireNonNullElseGet(origin, () -> CaptionModels.words(Grammar.words()));
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

  /** Training on the features of the pictures of a folder, each computed once. */
  private static Experiment ofFeatures(Path file, Settings settings, TaskContext context) {
    ComputeFactory factory = new ComputeFactory(context.catalog());
    FeatureGraph graph;
    CaptionedImages.Parts parts;
    try (Compute compute = factory.open(TrainingOptions.computeChoice(settings))) {
      graph =
          FeatureGraph.open(
              file,
              settings.find(SIDE).orElse(null),
              PixelScale.of(settings.get(PIXELS)),
              null,
              compute);
      CaptionModels.requireSizes(settings, graph);
      parts = CaptionModels.split(CaptionedImages.read(settings.get(DATA), graph), settings);
    }
    StoredImageFeatures before =
        context.origin() == null
            ? null
            : StoredImageFeatures.of(context.origin(), "the model of --from");
    StoredImageFeatures features =
        before != null && graph.computed(before) ? before : graph.stored(parts.training().images());
    return CaptionModels.ofFiles(
        parts.reading(features),
        settings,
        CaptionModels.origin(context),
        words -> recipe(settings, words, graph, features),
        Wording.PICTURES,
        "images");
  }

  private static Recipe recipe(
      Settings settings, WordVocabulary words, FeatureGraph graph, StoredImageFeatures features) {
    int source = graph.channels() * graph.rows() * graph.columns();
    return CaptionModels.recipe(
            settings, words, source, CaptionModels.featureEncoder(settings, graph))
        .withVocabularies(List.of(StoredCaptionWords.stored(words), features.stored()))
        .withConstants(features.constants());
  }

  private static Recipe recipe(Settings settings, WordVocabulary words) {
    int side = side(settings);
    return CaptionModels.recipe(
        settings,
        words,
        Captioner.CHANNELS * side * side,
        CaptionModels.pictureEncoder(settings, side));
  }

  /**
   * How a model reads the files of pictures, which may have any shape if it was trained on such.
   *
   * @param settings with {@code --features}, which a model of features needs
   * @throws InvalidOptionException if they name no file, or another file than that of the model
   */
  static ImageInput input(LoadedModel model, Settings settings) {
    Settings trained = new Captions().trained(model);
    StoredImageFeatures features = model.captioner().features().orElse(null);
    settings.requireEffective(FEATURES, "models that were trained with it", features != null);
    if (features == null) {
      return new ImageInput.Pixels(model.captioner().side(), 1, trained.isGiven(DATA));
    }
    Path file =
        settings
            .find(FEATURES)
            .orElseThrow(() ->
                new InvalidOptionException(
                    formatted(
                        "--features expected %s, on whose features %s was trained, but got none",
                        features.file(), model.name())));
    return FeatureGraph.open(
        file,
        trained.find(SIDE).orElse(null),
        PixelScale.of(trained.find(PIXELS).orElse(PixelScale.UNIT.word())),
        features,
        model.compute());
  }

  private static int side(Settings settings) {
    return CaptionModels.requireHalves(
        settings.options().has(SIDE) ? settings.find(SIDE).orElse(Scene.SIDE) : Scene.SIDE);
  }

  /** The score of a trained model, after some of the scenes as the model says them. */
  private static Score test(Captioner model, long seed) {
    List<Example> scenes = CaptionFiles.unseen(TESTED, seed);
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
            FOLDER,
            FeatureGraph.SAME,
            TEST_SCENES,
            DecodingOptions.BEAM.or(1),
            DecodingOptions.LENGTH_PENALTY,
            SEED),
        Captions::evaluate);
  }

  private static Score evaluate(LoadedModel open, Settings settings) {
    Captioner model = open.captioner();
    Path data = settings.find(DATA).orElse(null);
    settings.requireEffective(TEST_SCENES, "drawn scenes, not --data", data == null);
    settings.requireEffective(SEED, "drawn scenes, not --data", data == null);
    int seed = settings.get(SEED);
    BeamSettings search = DecodingOptions.beam(settings);
    ImageInput input = input(open, settings);
    if (input.padded()) {
      if (data == null) {
        throw new InvalidOptionException(
            "[evaluate] expected --data, as the model was trained on a folder of images, but got none");
      }
      return SentenceScores.evaluated(
          model, search, CaptionedImages.read(data, input), Wording.PICTURES);
    }
    CaptionScores scores =
        new CaptionScores(
            model,
            search,
            data == null
                ? CaptionFiles.unseen(settings.get(TEST_SCENES), seed)
                : CaptionFiles.read(data));
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
    return CaptionAbilities.ofPictures();
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
