package dev.comporta.tasks.tagging;

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
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import dev.comporta.view.ConfusionPicture;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Scores taggers, and draws which tag is taken for which.
 *
 * @param options those of the data, and {@link #PICTURE}
 * @param data reads tagged sentences
 */
record TagEvaluator(Options options, BiFunction<LoadedModel, Settings, List<Sentence>> data)
    implements Evaluator {
  /** Where the picture is written. */
  static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .in(Group.FILES)
          .notKept()
          .help("draw which tag is taken for which: a .png image, or an .html page");

  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    Path input = settings.get(TrainingOptions.DATA);
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
    ConfusionPicture.requireDrawable(models.getFirst().tagger().labels());
  }

  @Override
  public Score evaluate(LoadedModel model, Settings settings) {
    return TagScores.of(model.tagger(), data.apply(model, settings)).score();
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    settings
        .find(PICTURE)
        .ifPresent(file -> {
          TagScores scores = (TagScores) scored.getFirst().score().detail();
          if (scores != null) {
            ConfusionPicture.write(file, scores.labels(), scores.counts());
          }
        });
  }
}
