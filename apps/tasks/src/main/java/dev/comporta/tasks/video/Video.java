package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Examples;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.VideoModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.view.ClipPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Models of clips. The next frames are predicted by convolutional LSTMs (Shi et al. 2015); a label,
 * a box or a number for each frame comes from convolutions over each frame and over time and an
 * LSTM after them (Donahue et al. 2015). Without data, clips are drawn as they are needed.
 */
public final class Video implements Task {
  /** Called by the service loader. */
  public Video() {}

  private static final String NAME = "video";
  private static final String CONVOLUTIONAL = "conv-lstm";
  private static final int VALIDATED = 128;
  private static final int TESTED = 300;
  private static final int MOST_CLIPS = 1_000_000;
  private static final int FITTED = 256;

  /** The sides are halved twice. */
  private static final int SIDES = 4;

  /** Numbers of a timestep in the largest array of a convolutional LSTM. */
  private static final int WIDEST_STEP = 1 << 18;

  private static final TrainingDefaults FRAMES = TrainingDefaults.epochs(8, 0.01);
  private static final TrainingDefaults BOXES = TrainingDefaults.epochs(16, 0.005);
  private static final TrainingDefaults OTHERS = TrainingDefaults.epochs(8, 0.005);

  static final Option<String> TARGET =
      Option.choice("target", "frames", "gesture", "box", "steering")
          .or("frames")
          .help(
              "what is learned: the next frames, a label of the clip, a box or a number for each frame");
  private static final Option<Path> FOLDER =
      DATA.or(_ -> null, "drawn clips")
          .help(
              "a folder of clips, GIF files or folders of PNG files, with labels.tsv unless frames are predicted");
  private static final Option<Integer> CLIPS =
      Option.whole("clips", 2, MOST_CLIPS)
          .or(
              it -> it.isGiven(DATA) ? null : clips(target(it)),
              "500 for --target frames, else 1000, without --data")
          .in(Group.DATA)
          .help("clips per epoch; each epoch draws new ones");
  private static final Option<Double> VALIDATION =
      Option.real("validation", 0.01, 0.9)
          .or(0.1)
          .in(Group.DATA)
          .keptIfGiven()
          .help("fraction of the clips, chosen at random, held out for validation");
  private static final Option<Integer> SIDE =
      Option.whole("side", 8, StoredVideo.MOST_SIDE)
          .or(16)
          .in(Group.DATA)
          .help("pixels on a side of the frames that the model reads, a multiple of 4");
  private static final Option<Boolean> DEPTH =
      Option.flag("depth")
          .or(it -> target(it) == Target.GESTURE, "yes for --target gesture")
          .in(Group.DATA)
          .help("read the depth of each clip as a second channel");
  private static final Option<Integer> PATCH =
      Option.whole("patch", 1, StoredVideo.MOST_SIDE)
          .or(it -> target(it) == Target.FRAMES ? 4 : 1, "4 for --target frames, else 1")
          .help("pixels on a side of the squares whose pixels are channels of the model's maps");
  private static final Option<Integer> GIVEN =
      Option.whole("given", 1, StoredVideo.MOST_FRAMES)
          .or(it -> target(it) == Target.FRAMES ? 10 : null, "10 for --target frames")
          .in(Group.DATA)
          .help("frames that the model reads before it predicts");
  private static final Option<Integer> AHEAD =
      Option.whole("ahead", 1, StoredVideo.MOST_FRAMES)
          .or(it -> target(it) == Target.FRAMES ? 10 : null, "10 for --target frames")
          .in(Group.DATA)
          .help("frames that it predicts");
  private static final Option<Integer> FILTERS =
      Option.whole("filters", 1, 4096)
          .or(it -> target(it) == Target.FRAMES ? 48 : 16, "48 for --target frames, else 16")
          .help("filters of convolutional LSTMs, or of the first convolution");
  private static final Option<Integer> SCORED =
      Option.whole("clips", 1, MOST_CLIPS)
          .or(it -> it.isGiven(DATA) ? null : TESTED, Integer.toString(TESTED))
          .in(Group.DATA)
          .help("clips to draw and score, without --data");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the first clip with answer and truth: .png, .gif or .html");

  static Target target(Settings settings) {
    return Target.valueOf(settings.get(TARGET).toUpperCase(Locale.ROOT));
  }

  /** Drawn clips of an epoch. */
  private static int clips(Target target) {
    return switch (target) {
      case FRAMES -> 500;
      case GESTURE, BOX, STEERING -> 1000;
    };
  }

  private static TrainingDefaults defaults(Target target) {
    return switch (target) {
      case FRAMES -> FRAMES;
      case BOX -> BOXES;
      case GESTURE, STEERING -> OTHERS;
    };
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model of clips that predicts the next frames, or a label, a box or a number for each frame";
  }

  @Override
  public String unit() {
    return "frame";
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.5f", loss);
  }

  @Override
  public Options options() {
    return Options.of(FOLDER, VALIDATION_DATA, TARGET, CLIPS, VALIDATION, SIDE, DEPTH, GIVEN, AHEAD)
        .and(
            PATCH,
            FILTERS,
            CELL.or(
                it -> Spec.of(target(it) == Target.FRAMES ? CONVOLUTIONAL : "lstm"),
                "conv-lstm for --target frames, else lstm"),
            LAYERS.or(1),
            HIDDEN.or(64).help("hidden size of each recurrent layer that is not convolutional"),
            BATCH
                .or(it -> target(it) == Target.FRAMES ? 8 : 16, "8 for --target frames, else 16")
                .help("clips per batch"))
        .and(TrainingOptions.of(NAME, FRAMES, it -> defaults(target(it))));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    int frames =
        target(settings) == Target.FRAMES
            ? settings.get(GIVEN) + settings.get(AHEAD) - 1
            : Road.FRAMES;
    return new StepSize(frames, settings.get(BATCH));
  }

  private static StoredVideo format(Settings settings) {
    Target target = target(settings);
    boolean frames = target == Target.FRAMES;
    int side = settings.get(SIDE);
    if (side % SIDES != 0) {
      throw new InvalidOptionException(
          formatted("--side expected a multiple of %d but got %d", SIDES, side));
    }
    int patch = settings.get(PATCH);
    if (side % ((frames ? 1 : SIDES) * patch) != 0) {
      throw new InvalidOptionException(
          formatted(
              "--patch expected a number that divides %d, the side%s, but got %d",
              frames ? side : side / SIDES, frames ? "" : " halved twice", patch));
    }
    settings.requireEffective(GIVEN, "--target frames", frames);
    settings.requireEffective(AHEAD, "--target frames", frames);
    return new StoredVideo(
        target,
        side,
        settings.get(DEPTH) ? 2 : 1,
        patch,
        frames ? settings.get(GIVEN) : 0,
        frames ? settings.get(AHEAD) : 0,
        0,
        1);
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    boolean given = settings.isGiven(DATA);
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    settings.requireEffective(VALIDATION_DATA, "--data", given);
    settings.requireEffective(VALIDATION, "--data", given);
    settings.requireEffective(CLIPS, "drawn clips, not --data", !given);
    StoredVideo format = format(settings);
    if (!given && format.channels() > 1 && format.target() != Target.GESTURE) {
      throw new InvalidOptionException(
          "--depth expected clips with depth but those drawn for --target "
              + format.target().word()
              + " have none; give --data, or leave it out");
    }
    int seed = settings.get(SEED);
    RandomSource random = new CounterRandom(seed).stream(NAME);
    VideoData data =
        given
            ? VideoData.read(
                settings.get(DATA),
                settings.find(VALIDATION_DATA).orElse(null),
                settings.get(VALIDATION),
                format,
                random)
            : VideoData.drawn(settings.get(CLIPS), VALIDATED, format, random);
    data = data.continuing(context.origin());
    StoredVideo video = data.video();
    requireSizes(settings, video, data);
    List<String> labels = data.labels();
    List<Vocabulary> kept = new ArrayList<>(List.of(video.stored()));
    if (video.target() == Target.GESTURE) {
      kept.add(StoredLabels.stored(labels));
    }
    List<Clip> fitted = data.training().first(FITTED);
    VideoData opened = data;
    return new Experiment(
        new Experiment.DataSource(data.name(), data.sha256()),
        Recipe.of(
                VideoLayers.of(
                    video,
                    labels.size(),
                    settings.get(FILTERS),
                    settings.get(CELL),
                    settings.get(HIDDEN),
                    settings.get(LAYERS)),
                loss(video.target()))
            .withVocabularies(kept)
            .withConstants(video.constants()),
        new ClipExamples(data.training(), video, labels, settings.get(BATCH)),
        new ClipExamples(data.heldOut(), video, labels, settings.get(BATCH)),
        formatted(
            "%,d clips for training and %,d for validation, frames of %d x %d",
            data.training().count(), data.heldOut().count(), video.side(), video.side()),
        trained ->
            new VideoScores(
                    trained.videoModel(),
                    given ? opened.heldOut().first(MOST_CLIPS) : unseen(video, TESTED, seed),
                    given ? opened.training().first(MOST_CLIPS) : fitted,
                    "of the training data")
                .score());
  }

  private static Spec loss(Target target) {
    return Spec.of(
        switch (target) {
          case FRAMES -> "binary-cross-entropy";
          case GESTURE -> "cross-entropy";
          case BOX, STEERING -> "mae";
        });
  }

  /** Refuses what no array of Java could hold. */
  private static void requireSizes(Settings settings, StoredVideo video, VideoData data) {
    boolean frames = video.target() == Target.FRAMES;
    long timesteps =
        frames ? video.given() + video.ahead() - 1 : data.given() ? data.longest() : Road.FRAMES;
    long places = (long) video.side() * video.side();
    long each = timesteps * places * Math.max(4L * video.channels(), settings.get(FILTERS));
    long most = Integer.MAX_VALUE / Math.max(each, frames ? WIDEST_STEP : 1);
    long rows = Math.min(settings.get(BATCH), data.training().count());
    if (rows > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d clips of %d frames of %d x %d pixels with --filters %d but got %d",
              most, timesteps, video.side(), video.side(), settings.get(FILTERS), rows));
    }
  }

  /** The first clips of a seed that no training has seen. */
  static List<Clip> unseen(StoredVideo video, int count, long seed) {
    RandomSource random = new CounterRandom(seed).stream("unseen clips");
    return ClipSource.drawn(count, random, it -> VideoData.draw(video, it)).first(count);
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(FOLDER.help("a folder of clips, as for training"), SCORED, SEED, PICTURE),
        (models, settings) -> {
          OutputFile.requireForOneModel(PICTURE, models, settings);
          settings.find(PICTURE).ifPresent(ClipPicture::requireKnown);
        },
        Video::evaluate);
  }

  private static Score evaluate(LoadedModel loaded, Settings settings) {
    boolean given = settings.isGiven(DATA);
    settings.requireEffective(SCORED, "drawn clips, not --data", !given);
    settings.requireEffective(SEED, "drawn clips, not --data", !given);
    VideoModel model = loaded.videoModel();
    StoredVideo video = model.format();
    List<Clip> clips =
        given
            ? ClipFolder.read(settings.get(DATA), video).clips()
            : unseen(video, settings.get(SCORED), settings.get(SEED));
    if (video.target() == Target.GESTURE) {
      ClipFolder.requireLabels(clips, model.labels());
    }
    Score score = new VideoScores(model, clips, clips, "of these data").score();
    settings
        .find(PICTURE)
        .ifPresent(file ->
            ClipPicture.write(
                file,
                loaded.name(),
                video.side(),
                VideoAbility.DELAY,
                new ClipDrawing(model)
                    .rows(clips.getFirst(), ClipDrawing.given(video, clips.getFirst()))));
    return score;
  }

  @Override
  public List<Ability> abilities() {
    return List.of(VideoAbility.predict());
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "drawn clips that are never used in training, with what is known of them",
            Options.of(TARGET, SIDE, Examples.COUNT, Examples.SEED),
            settings ->
                ClipFiles.examples(
                    target(settings),
                    settings.get(SIDE),
                    settings.get(Examples.COUNT),
                    settings.get(Examples.SEED))));
  }
}
