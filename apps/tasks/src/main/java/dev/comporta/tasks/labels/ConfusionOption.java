package dev.comporta.tasks.labels;

import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
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
    OutputFile.requireForOneModel(PICTURE, models, settings);
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      PictureFile.requireKnown(picture);
      ConfusionPicture.requireDrawable(labels.apply(models.getFirst()));
    }
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
