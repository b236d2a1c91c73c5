package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.inference.content.StoredVideo.Target;
import java.nio.file.Path;
import java.util.Locale;

/** The options of models of video, and what follows from them. */
final class VideoOptions {
  static final int MOST_CLIPS = 1_000_000;

  private static final String CONVOLUTIONAL = "conv-lstm";

  /** The sides are halved twice. */
  private static final int SIDES = 4;

  /** Numbers of a timestep in the largest array of a convolutional LSTM. */
  private static final int WIDEST_STEP = 1 << 18;

  private static final TrainingDefaults PIXELS = TrainingDefaults.epochs(8, 0.01);
  private static final TrainingDefaults BOXES = TrainingDefaults.epochs(16, 0.005);
  private static final TrainingDefaults OTHERS = TrainingDefaults.epochs(8, 0.005);

  static final Option<String> TARGET =
      Option.choice("target", "frames", "gesture", "box", "mask", "steering")
          .or("frames")
          .help(
              "what to predict: the next frames, the label of a gesture, or a box, a mask or a steering angle for each frame");
  static final Option<Path> FOLDER =
      DATA.or(_ -> null, "drawn clips")
          .help(
              "a folder of clips, which are GIF files or folders of PNG files; with labels.tsv, or with a clip of masks for each");
  static final Option<Integer> CLIPS =
      Option.whole("clips", 2, MOST_CLIPS)
          .or(
              it -> it.isGiven(DATA) ? null : clips(target(it)),
              "500 for --target frames, else 1000, without --data")
          .in(Group.DATA)
          .help("clips per epoch; each epoch draws new ones");
  static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the clips, chosen at random, held out for validation");
  static final Option<Integer> SIDE =
      Option.whole("side", 8, StoredVideo.MOST_SIDE)
          .or(16)
          .in(Group.DATA)
          .help("side of the frames that the model reads in pixels, a multiple of 4");
  static final Option<Boolean> DEPTH =
      Option.flag("depth")
          .or(it -> target(it) == Target.GESTURE, "yes for --target gesture")
          .in(Group.DATA)
          .help("read the depth of each clip as a second channel");
  static final Option<Integer> PATCH =
      Option.whole("patch", 1, StoredVideo.MOST_SIDE)
          .or(
              it ->
                  switch (target(it)) {
                    case FRAMES -> 4;
                    case MASK -> 2;
                    default -> 1;
                  },
              "4 for --target frames, 2 for --target mask, else 1")
          .help("side in pixels of the patches that become channels");
  static final Option<Integer> GIVEN =
      Option.whole("given", 1, StoredVideo.MOST_FRAMES)
          .or(it -> target(it) == Target.FRAMES ? 10 : null, "10 for --target frames")
          .in(Group.DATA)
          .help("frames that the model reads before it predicts");
  static final Option<Integer> AHEAD =
      Option.whole("ahead", 1, StoredVideo.MOST_FRAMES)
          .or(it -> target(it) == Target.FRAMES ? 10 : null, "10 for --target frames")
          .in(Group.DATA)
          .help("frames to predict");
  static final Option<Integer> FILTERS =
      Option.whole("filters", 1, 4096)
          .or(it -> target(it) == Target.FRAMES ? 48 : 16, "48 for --target frames, else 16")
          .help("filters of convolutional LSTMs, or of the first convolution");

  static final Option<String> CONVOLUTION =
      Option.choice("convolution", "2d", "3d")
          .or(it -> target(it) == Target.FRAMES ? null : "2d", "2d unless frames are predicted")
          .help("convolutions over each frame and then over time, or over both at once");

  private VideoOptions() {}

  static Target target(Settings settings) {
    return Target.valueOf(settings.get(TARGET).toUpperCase(Locale.ROOT));
  }

  /** Drawn clips of an epoch. */
  private static int clips(Target target) {
    return switch (target) {
      case FRAMES -> 500;
      case GESTURE, BOX, MASK, STEERING -> 1000;
    };
  }

  /** Whether outputs are pixels, so that the places of maps are not reduced. */
  static boolean givesPixels(Target target) {
    return target == Target.FRAMES || target == Target.MASK;
  }

  private static TrainingDefaults defaults(Target target) {
    return switch (target) {
      case FRAMES, MASK -> PIXELS;
      case BOX -> BOXES;
      case GESTURE, STEERING -> OTHERS;
    };
  }

  /** All options of training. */
  static Options of(String task) {
    return Options.of(FOLDER, VALIDATION_DATA, TARGET, CLIPS, VALIDATION, SIDE, DEPTH, GIVEN, AHEAD)
        .and(
            PATCH,
            FILTERS,
            CONVOLUTION,
            CELL.or(
                it -> Spec.of(givesPixels(target(it)) ? CONVOLUTIONAL : "lstm"),
                "conv-lstm for --target frames and mask, else lstm"),
            LAYERS.or(1),
            HIDDEN.or(64).help("hidden size of each recurrent layer that is not convolutional"),
            BATCH
                .or(it -> target(it) == Target.FRAMES ? 8 : 16, "8 for --target frames, else 16")
                .help("clips per batch"))
        .and(TrainingOptions.of(task, PIXELS, it -> defaults(target(it))));
  }

  /** The timesteps of a usual clip. */
  static int timesteps(Settings settings) {
    return target(settings) == Target.FRAMES
        ? settings.get(GIVEN) + settings.get(AHEAD) - 1
        : Road.FRAMES;
  }

  /** How frames are read, before the scale of numbers is known. */
  static StoredVideo format(Settings settings) {
    Target target = target(settings);
    boolean frames = target == Target.FRAMES;
    int side = settings.get(SIDE);
    if (side % SIDES != 0) {
      throw new InvalidOptionException(
          formatted("--side expected a multiple of %d but got %d", SIDES, side));
    }
    int patch = settings.get(PATCH);
    boolean whole = givesPixels(target);
    if (side % ((whole ? 1 : SIDES) * patch) != 0) {
      throw new InvalidOptionException(
          formatted(
              "--patch expected a number that divides %d, the side%s, but got %d",
              whole ? side : side / SIDES, whole ? "" : " halved twice", patch));
    }
    settings.requireEffective(GIVEN, "--target frames", frames);
    settings.requireEffective(AHEAD, "--target frames", frames);
    settings.requireEffective(CONVOLUTION, "targets other than frames", !frames);
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

  /** Refuses what no array of Java could hold. */
  static void requireSizes(Settings settings, StoredVideo video, VideoData data) {
    boolean frames = video.target() == Target.FRAMES;
    long timesteps =
        frames ? video.given() + video.ahead() - 1 : data.given() ? data.longest() : Road.FRAMES;
    long places = (long) video.side() * video.side();
    long each = timesteps * places * Math.max(4L * video.channels(), settings.get(FILTERS));
    long most = Integer.MAX_VALUE / Math.max(each, givesPixels(video.target()) ? WIDEST_STEP : 1);
    int clips = Math.max(data.training().count(), data.heldOut().count());
    long rows = Math.min(settings.get(BATCH), clips);
    if (rows > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d clips of %d frames of %d x %d pixels with --filters %d but got %d",
              most, timesteps, video.side(), video.side(), settings.get(FILTERS), rows));
    }
  }
}
