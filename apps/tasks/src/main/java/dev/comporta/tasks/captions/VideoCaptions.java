package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

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
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredCaptionWords;
import dev.comporta.tasks.captions.SentenceScores.Wording;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.GifFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Captions of clips: convolutions read each frame, a bidirectional recurrent layer reads the frames
 * in order, and an LSTM with attention to the frames writes what happens (aLSTM, Gao et al. 2017,
 * <i>Video Captioning with Attention-Based LSTM and Semantic Consistency</i>, section III). Clips
 * are drawn as they are needed; those that the model is scored on have combinations that training
 * has not. Or the clips are those of a folder, with any sentences.
 */
public final class VideoCaptions implements Task {
  /** Called by the service loader. */
  public VideoCaptions() {}

  private static final String NAME = "video-captions";
  private static final int VALIDATION_BATCHES = 10;
  private static final int TESTED = 1000;
  private static final int MOST_TESTED = 100_000;
  private static final int MOST_SIDE = 128;
  private static final int USUAL_SIDE = 24;
  private static final int USUAL_FRAMES = 8;

  /** Pixels on a side of the frames of examples, and their number; 8 of them are the usual ones. */
  private static final int EXAMPLE_SIDE = 4 * USUAL_SIDE;

  private static final int EXAMPLE_FRAMES = 2 * USUAL_FRAMES - 1;

  /** Hundredths of a second that each frame of an example is shown. */
  private static final int DELAY = 12;

  private static final Option<Path> FOLDER =
      DATA.or(_ -> null, "drawn clips")
          .help(
              "a folder of GIF files or folders of PNG files, with captions.tsv: a name, a tab and a sentence");
  private static final Option<Integer> CLIPS =
      Option.whole("clips", 1)
          .or(it -> it.isGiven(DATA) ? null : 10_000, "10000 without --data")
          .in(Group.DATA)
          .help("clips per epoch; each epoch draws new ones");
  private static final Option<Integer> SIDE =
      Option.whole("side", 8, MOST_SIDE)
          .or(USUAL_SIDE)
          .in(Group.DATA)
          .help("pixels on a side of the frames as the model reads them, a multiple of 8");
  private static final Option<Integer> FRAMES =
      Option.whole("frames", 2, StoredCaptionWords.MOST_FRAMES)
          .or(USUAL_FRAMES)
          .in(Group.DATA)
          .help("frames of each clip that the model reads, at equal distances");
  private static final Option<Integer> TEST_CLIPS =
      Option.whole("clips", 1, MOST_TESTED)
          .or(TESTED)
          .in(Group.DATA)
          .help("clips to draw and score, without --data");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model that says what happens in a clip, with attention over time (Gao et al. 2017), on generated clips, or a folder of clips";
  }

  @Override
  public String unit() {
    return "word";
  }

  @Override
  public Options options() {
    return Options.of(
            FOLDER,
            CLIPS,
            SIDE,
            FRAMES,
            CaptionModels.MIN_COUNT,
            CaptionModels.VALIDATION.help("fraction of the clips, chosen at random, held out"),
            CaptionModels.FILTERS,
            CELL.or(Spec.of("lstm")),
            HIDDEN
                .or(128)
                .help("hidden size of the decoder, and of both directions of the encoder"),
            EMBEDDING.or(32).help("size of the word embeddings"),
            DecoderOptions.ATTENTION,
            BATCH.or(32).help("clips per batch"))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(4, 0.003)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(FRAMES), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    boolean given = settings.isGiven(DATA);
    settings.requireEffective(CLIPS, "drawn clips, not --data", !given);
    settings.requireEffective(CaptionModels.MIN_COUNT, "--data", given);
    settings.requireEffective(CaptionModels.VALIDATION, "--data", given);
    int side = CaptionModels.requireHalves(settings.get(SIDE));
    int frames = settings.get(FRAMES);
    CaptionModels.requireSizes(settings, CLIPS, side, frames);
    CaptionModels.requireAttention(settings, context);
    WordVocabulary origin = CaptionModels.origin(context);
    if (given) {
      return CaptionModels.ofFiles(
          CaptionModels.split(
              CaptionedImages.read(settings.get(DATA), new ImageInput.Pixels(side, frames, false)),
              settings),
          settings,
          origin,
          words -> recipe(settings, words),
          Wording.CLIPS,
          "clips");
    }
    WordVocabulary words =
        Objects.requireNonNullElseGet(origin, () -> CaptionModels.words(MovingScene.words()));
    int batch = settings.get(BATCH);
    int seed = settings.get(SEED);
    RandomSource random = new CounterRandom(seed).stream("clips");
    return new Experiment(
        new Experiment.DataSource("drawn clips and their captions", ""),
        recipe(settings, words),
        SceneExamples.ofClips(
            random.stream("training"),
            Scene.Share.TRAINING,
            words,
            batch,
            settings.get(CLIPS) / batch,
            side,
            frames),
        SceneExamples.ofClips(
            random.stream("validation"),
            Scene.Share.VALIDATION,
            words,
            batch,
            VALIDATION_BATCHES,
            side,
            frames),
        formatted(
            "%d clips of %d frames of %d x %d per update, %d words",
            batch, frames, side, side, words.size()),
        trained -> test(trained.captioner(), seed));
  }

  private static Recipe recipe(Settings settings, WordVocabulary words) {
    int side = settings.get(SIDE);
    List<Spec> encoder = new ArrayList<>(CaptionModels.convolutions(settings, side));
    encoder.add(Spec.of("dense").with("units", settings.get(HIDDEN)).with("activation", "relu"));
    encoder.add(
        Spec.of("bidirectional")
            .with("cell", settings.get(CELL))
            .with("hidden", Math.max(1, settings.get(HIDDEN) / 2)));
    return CaptionModels.recipe(settings, words, Captioner.CHANNELS * side * side, encoder)
        .withConstants(StoredCaptionWords.constants(settings.get(FRAMES)));
  }

  private static Score test(Captioner model, long seed) {
    CaptionedImages clips = drawn(model, TESTED, seed);
    return SentenceScores.score(
        model,
        BeamSettings.GREEDY,
        clips,
        clips.mostFrequent(),
        SentenceScores.BASELINE,
        Wording.DRAWN_CLIPS);
  }

  private static CaptionedImages drawn(Captioner model, int count, long seed) {
    return CaptionedImages.drawn(count, seed, model.side(), model.frames());
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            FOLDER.help("a folder of clips with captions.tsv"),
            TEST_CLIPS,
            DecodingOptions.BEAM.or(1),
            DecodingOptions.LENGTH_PENALTY,
            SEED),
        VideoCaptions::evaluate);
  }

  private static Score evaluate(LoadedModel open, Settings settings) {
    Captioner model = open.captioner();
    Path data = settings.find(DATA).orElse(null);
    settings.requireEffective(TEST_CLIPS, "drawn clips, not --data", data == null);
    settings.requireEffective(SEED, "drawn clips, not --data", data == null);
    return SentenceScores.evaluated(
        model,
        DecodingOptions.beam(settings),
        data == null
            ? drawn(model, settings.get(TEST_CLIPS), settings.get(SEED))
            : CaptionedImages.read(
                data, new ImageInput.Pixels(model.side(), model.frames(), false)),
        data == null ? Wording.DRAWN_CLIPS : Wording.CLIPS);
  }

  @Override
  public List<Ability> abilities() {
    return List.of(CaptionAbilities.ofClips());
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "clips that are never used in training, with captions",
            Options.of(Examples.COUNT, Examples.SEED),
            settings -> examples(settings.get(Examples.COUNT), settings.get(Examples.SEED))));
  }

  /** Clips that no training has seen, the same that a model is scored on for this seed. */
  private static List<Examples.Example> examples(int count, long seed) {
    List<Examples.Example> files = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < count; i++) {
      MovingScene clip = MovingScene.unseen(seed, i);
      String file = formatted("clip-%d.gif", i);
      table.append(file).append('\t').append(clip.caption()).append('\n');
      files.add(
          new Examples.Example(
              file,
              clip.caption(),
              () ->
                  GifFile.bytes(
                      clip.frames(EXAMPLE_FRAMES).stream()
                          .map(it -> it.picture(EXAMPLE_SIDE))
                          .toList(),
                      DELAY)));
    }
    byte[] bytes = table.toString().getBytes(StandardCharsets.UTF_8);
    files.add(
        new Examples.Example(
            CaptionFiles.TABLE, "the captions, for comporta evaluate --data", () -> bytes));
    return files;
  }
}
