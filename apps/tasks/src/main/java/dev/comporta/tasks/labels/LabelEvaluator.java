package dev.comporta.tasks.labels;

import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Score;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.ConfusionPicture;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Scores models that give labels, and draws which label is taken for which.
 *
 * @param options those of the data; {@code --picture} is added to them
 * @param labels the labels of a model
 * @param score scores a model; the score's detail is a {@link Confusion}
 */
public record LabelEvaluator(
    Options options,
    Function<LoadedModel, List<String>> labels,
    BiFunction<LoadedModel, Settings, Score> score)
    implements Evaluator {
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw which label is taken for which: a .png image, or an .html page");

  /** Adds the option of the picture. */
  public LabelEvaluator {
    options = options.and(PICTURE);
  }

  /** Refuses, before anything is scored, a picture that cannot be drawn or written. */
  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    OutputFile.requireForOneModel(PICTURE, models, settings);
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      PictureFile.requireKnown(picture);
      ConfusionPicture.requireDrawable(labels.apply(models.getFirst()));
    }
  }

  @Override
  public Score evaluate(LoadedModel model, Settings settings) {
    return score.apply(model, settings);
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null && scored.getFirst().score().detail() instanceof Confusion confusion) {
      int size = confusion.labels().size();
      long[][] counts = new long[size][size];
      for (int actual = 0; actual < size; actual++) {
        for (int predicted = 0; predicted < size; predicted++) {
          counts[actual][predicted] = confusion.matrix().count(actual, predicted);
        }
      }
      ConfusionPicture.write(picture, confusion.labels(), counts);
    }
  }
}
