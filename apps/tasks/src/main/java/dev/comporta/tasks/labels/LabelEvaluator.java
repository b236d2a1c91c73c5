package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Score;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.view.ConfusionPicture;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Scores models that give labels, and draws which label is taken for which.
 *
 * @param options those of the data, and {@link #PICTURE}
 * @param data reads labelled sequences
 * @param classifier gives what a model answers
 * @param noun what is labelled, in the plural
 */
record LabelEvaluator(
    Options options,
    Function<Settings, LabelledTexts> data,
    Function<LoadedModel, Function<Text, Classification>> classifier,
    String noun)
    implements Evaluator {
  /** Where the picture is written. */
  static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .in(Group.FILES)
          .notKept()
          .help("draw which label is taken for which: a .png image, or an .html page");

  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    Path input = settings.get(TrainingOptions.DATA);
    if (models.size() > 1) {
      OutputFile.requireRereadable("--data", input);
    }
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
    PictureFile.requireKnown(picture);
    OutputFile.requireWritable("--picture", picture);
    OutputFile.requireOther("--picture", picture, "--data", input);
    OutputFile.requireOther("--picture", picture, "--model", Path.of(models.getFirst().name()));
    ConfusionPicture.requireDrawable(models.getFirst().classifier().labels());
  }

  @Override
  public Score evaluate(LoadedModel model, Settings settings) {
    return LabelScores.of(
            model.classifier().labels(), data.apply(settings).texts(), classifier.apply(model))
        .score(noun);
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    settings
        .find(PICTURE)
        .ifPresent(file -> {
          LabelScores scores = (LabelScores) scored.getFirst().score().detail();
          if (scores != null) {
            ConfusionPicture.write(file, scores.labels(), scores.counts());
          }
        });
  }
}
