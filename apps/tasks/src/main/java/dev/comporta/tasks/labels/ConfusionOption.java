package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.ConfusionPicture;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The option of {@code evaluate} that draws which label is taken for which. */
public final class ConfusionOption {
  /** Where the picture is written. */
  public static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .in(Group.FILES)
          .notKept()
          .help("draw which label is taken for which: a .png image, or an .html page");

  private ConfusionOption() {}

  /**
   * Refuses, before anything is scored, a picture that cannot be drawn or written.
   *
   * @param models what is scored
   * @param settings with the option
   * @param labels the labels of a model
   */
  public static void require(
      List<LoadedModel> models, Settings settings, Function<LoadedModel, List<String>> labels) {
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture == null) {
      return;
    }
    if (models.size() > 1) {
      throw new InvalidOptionException(
          formatted(
              "--picture expected one model but got %d; evaluate them one at a time",
              models.size()));
    }
    LoadedModel model = models.getFirst();
    PictureFile.requireKnown(picture);
    OutputFile.requireWritable("--picture", picture);
    OutputFile.requireOther("--picture", picture, "--data", settings.get(TrainingOptions.DATA));
    OutputFile.requireOther("--picture", picture, "--model", Path.of(model.name()));
    ConfusionPicture.requireDrawable(labels.apply(model));
  }

  /**
   * Draws the picture if there is to be one.
   *
   * @param settings with the option
   * @param labels the labels
   * @param counts {@code [actual, predicted]}
   */
  public static void write(Settings settings, List<String> labels, long[][] counts) {
    settings.find(PICTURE).ifPresent(file -> ConfusionPicture.write(file, labels, counts));
  }
}
