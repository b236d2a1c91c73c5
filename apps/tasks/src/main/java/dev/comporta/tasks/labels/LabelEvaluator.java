package dev.comporta.tasks.labels;

import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Score;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.Classification;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Scores models that give labels, and draws which label is taken for which.
 *
 * @param options those of the data, and {@link ConfusionOption#PICTURE}
 * @param data reads labelled sequences
 * @param classifier gives what a model answers
 * @param noun what is labelled, in the plural
 */
record LabelEvaluator(
    Options options,
    BiFunction<LoadedModel, Settings, LabelledTexts> data,
    Function<LoadedModel, Function<Text, Classification>> classifier,
    String noun)
    implements Evaluator {
  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    ConfusionOption.require(models, settings, model -> model.classifier().labels());
  }

  @Override
  public Score evaluate(LoadedModel model, Settings settings) {
    return LabelScores.of(
            model.classifier().labels(),
            data.apply(model, settings).texts(),
            classifier.apply(model))
        .score(noun);
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    if (scored.getFirst().score().detail() instanceof LabelScores scores) {
      ConfusionOption.write(settings, scores.labels(), scores.counts());
    }
  }
}
