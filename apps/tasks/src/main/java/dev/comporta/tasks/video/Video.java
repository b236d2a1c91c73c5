package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
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
import java.util.Optional;

/**
 * Models of clips. The next frames are predicted by convolutional LSTMs (Shi et al. 2015); a label,
 * a box, a mask or a number for each frame comes from convolutions over each frame and over time
 * and an LSTM after them (Donahue et al. 2015). Without data, clips are drawn as they are needed.
 */
public final class Video implements Task {
  /** Called by the service loader. */
  public Video() {}

  private static final String NAME = "video";
  private static final int VALIDATED = 128;
  private static final int TESTED = 300;
  private static final int FITTED = 256;

  private static final Option<Integer> SCORED =
      Option.whole("clips", 1, VideoOptions.MOST_CLIPS)
          .or(it -> it.isGiven(DATA) ? null : TESTED, Integer.toString(TESTED))
          .in(Group.DATA)
          .help("clips to draw and score, without --data");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the first clip with the prediction and the truth: .png, .gif or .html");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model of video clips that predicts the next frames, or a label, a box, a mask or a number for each frame";
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
    return VideoOptions.of(NAME);
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(VideoOptions.timesteps(settings), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    boolean given = settings.isGiven(DATA);
    settings.requireNotBoth(VALIDATION_DATA, VideoOptions.VALIDATION);
    settings.requireEffective(VALIDATION_DATA, "--data", given);
    settings.requireEffective(VideoOptions.VALIDATION, "--data", given);
    settings.requireEffective(VideoOptions.CLIPS, "drawn clips, not --data", !given);
    StoredVideo format = VideoOptions.format(settings);
    if (!given && format.channels() > 1 && format.target() != Target.GESTURE) {
      throw new InvalidOptionException(
          "--depth expected clips with depth but those drawn for --target "
              + format.target().word()
              + " have none; give --data, or leave it out");
    }
    int seed = settings.get(SEED);
    RandomSource random = new CounterRandom(seed).stream(NAME);
    VideoData read =
        given
            ? VideoData.read(
                settings.get(DATA),
                settings.find(VALIDATION_DATA).orElse(null),
                settings.get(VideoOptions.VALIDATION),
                format,
                random)
            : VideoData.drawn(settings.get(VideoOptions.CLIPS), VALIDATED, format, random);
    VideoData data = read.continuing(context.origin());
    StoredVideo video = data.video();
    VideoOptions.requireSizes(settings, video, data);
    List<String> labels = data.labels();
    List<Vocabulary> kept = new ArrayList<>(List.of(video.stored()));
    if (video.target() == Target.GESTURE) {
      kept.add(StoredLabels.stored(labels));
    }
    List<Clip> fitted = data.training().first(FITTED);
    return new Experiment(
        new Experiment.DataSource(data.name(), data.sha256()),
        Recipe.of(VideoLayers.of(video, labels.size(), settings), loss(video.target()))
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
                    given
                        ? data.heldOut().first(VideoOptions.MOST_CLIPS)
                        : VideoData.unseen(video, TESTED, seed),
                    given ? data.training().first(VideoOptions.MOST_CLIPS) : fitted,
                    "of the training data")
                .score());
  }

  private static Spec loss(Target target) {
    return Spec.of(
        switch (target) {
          case FRAMES, MASK -> "binary-cross-entropy";
          case GESTURE -> "cross-entropy";
          case BOX, STEERING -> "mae";
        });
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            VideoOptions.FOLDER.help("a folder of clips, as for training"), SCORED, SEED, PICTURE),
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
            : VideoData.unseen(video, settings.get(SCORED), settings.get(SEED));
    if (video.target() == Target.GESTURE) {
      ClipFolder.requireLabels(clips, model.labels());
    }
    Score score = new VideoScores(model, clips, clips, "of these data").score();
    settings
        .find(PICTURE)
        .ifPresent(file -> new ClipDrawing(loaded).write(file, clips.getFirst(), true));
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
            "drawn clips that are never used in training, with their labels",
            Options.of(VideoOptions.TARGET, VideoOptions.SIDE, Examples.COUNT, Examples.SEED),
            settings ->
                ClipFiles.examples(
                    VideoOptions.target(settings),
                    settings.get(VideoOptions.SIDE),
                    settings.get(Examples.COUNT),
                    settings.get(Examples.SEED))));
  }
}
