package dev.comporta.tasks.tagging;

import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Score;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.labels.ConfusionOption;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Scores taggers, and draws which tag is taken for which.
 *
 * @param options those of the data, and {@link ConfusionOption#PICTURE}
 * @param data reads tagged sentences
 */
record TagEvaluator(Options options, BiFunction<LoadedModel, Settings, List<Sentence>> data)
    implements Evaluator {
  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    ConfusionOption.require(models, settings, model -> model.tagger().labels());
  }

  @Override
  public Score evaluate(LoadedModel model, Settings settings) {
    return TagScores.of(model.tagger(), data.apply(model, settings)).score();
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    if (scored.getFirst().score().detail() instanceof TagScores scores) {
      ConfusionOption.write(settings, scores.labels(), scores.counts());
    }
  }
}
