package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.DecoderLayer;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tasks.SpecText;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.CellChoice;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a training, each with its default and its range.
 *
 * @param scenes that an epoch has
 * @param filters of the first convolution; each further one has twice as many
 * @param cell with its options
 * @param attention the score with its options, if any, or {@link #NO_ATTENTION}
 */
record CaptionSettings(
    int scenes,
    int filters,
    CellChoice cell,
    int hidden,
    int embedding,
    String attention,
    int batch,
    JobSettings job) {
  static final String TASK = "captions";
  static final String NO_ATTENTION = "none";

  /** Each halves the sides of the picture: 48, 24, 12, 6. */
  private static final int CONVOLUTIONS = 3;

  private static final int KERNEL = 4;

  /** The kernel of the last convolution, 4 x 4 of 2 to 4 times as many filters, is one array. */
  private static final int MOST_FILTERS = 4095;

  private static final JobDefaults DEFAULTS =
      new JobDefaults(TASK, 24, 0, "adam", 0.003, Spec.of("cosine"), 1, 1000);

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(TaskOption.whole("scenes", "10000", "scenes of an epoch; each epoch has new ones"));
    options.add(
        TaskOption.whole(
            "filters",
            "16",
            "filters of the first convolution; each further one has twice as many"));
    options.add(CellChoice.option("gru"));
    options.add(TaskOption.whole("hidden", "192", "hidden size of the decoder"));
    options.add(TaskOption.whole("embedding", "32", "size of a word's vector"));
    options.add(
        TaskOption.text(
            "attention",
            "additive",
            "score, as in location:width=3: see comporta catalog; none to go without"));
    options.add(TaskOption.whole("batch", "32", "scenes of an update"));
    options.addAll(JobSettings.options(DEFAULTS));
    return options;
  }

  /** Reads given settings over the defaults; {@code resume} must have been dealt with before. */
  static CaptionSettings read(Spec given) {
    OptionReader options = given.reader();
    CaptionSettings settings =
        new CaptionSettings(
            options.count("scenes", 1, 10_000),
            options.count("filters", 1, 16),
            CellChoice.read(options, "gru"),
            options.count("hidden", 1, 192),
            options.count("embedding", 1, 32),
            options.text("attention", "additive"),
            options.count("batch", 1, 32),
            JobSettings.read(given, options, DEFAULTS));
    options.requireAllRead();
    settings.requireSizes();
    if (settings.scenes < settings.batch) {
      throw new InvalidOptionException(
          formatted(
              "--scenes expected at least the %d of one update but got %d",
              settings.batch, settings.scenes));
    }
    return settings;
  }

  /** Refuses what no array of Java could hold. */
  private void requireSizes() {
    if (filters > MOST_FILTERS) {
      throw new InvalidOptionException(
          formatted(
              "--filters expected a whole number of at most %d but got %d", MOST_FILTERS, filters));
    }
    int half = SceneDrawing.SIDE / 2;
    long windows = (long) half / 2 * (half / 2) * KERNEL * KERNEL * filters; // of the second one
    long most = Integer.MAX_VALUE / Math.max(windows, SceneExamples.FEATURES);
    if (batch > most) {
      throw new InvalidOptionException(
          formatted(
              "--batch expected at most %d scenes with --filters %d but got %d",
              most, filters, batch));
    }
  }

  boolean attends() {
    return !attention.equals(NO_ATTENTION);
  }

  /** The score and its options. */
  Spec score() {
    return SpecText.parse("--attention", attention);
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec kept() {
    return job.keptIn(
        Spec.of(TASK)
            .with("scenes", scenes)
            .with("filters", filters)
            .with("cell", cell.toString())
            .with("hidden", hidden)
            .with("embedding", embedding)
            .with("attention", attention)
            .with("batch", batch));
  }

  /** The specification of a model for so many words. */
  Spec model(int words) {
    List<Spec> encoder = new ArrayList<>();
    int side = SceneDrawing.SIDE;
    int channels = filters;
    for (int i = 0; i < CONVOLUTIONS; i++) {
      channels = filters << i;
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
    Spec decoder =
        Spec.of(attends() ? AttentionDecoderLayer.NAME : DecoderLayer.NAME)
            .with("cell", cell.spec())
            .with("hidden", hidden);
    return Spec.of(SequenceModel.ENCODER_DECODER)
        .with("source-input-size", SceneExamples.FEATURES)
        .with("encoder", encoder)
        .with(
            "layers",
            List.of(
                Spec.of("embedding").with("vocabulary", words).with("size", embedding),
                attends() ? decoder.with("attention", score()) : decoder,
                Spec.of("dense").with("units", words)));
  }
}
