package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;

import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.TranslatedText;
import dev.comporta.inference.TranslationSettings;
import dev.comporta.inference.Translator;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.metrics.Bleu;
import dev.comporta.training.metrics.OutputScores;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.PlainSplitting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the tasks of pairs share: a subclass has a name, options and pairs. */
abstract class PairTask implements Task {
  static final String EXACT_MATCH = "exact_match";
  static final String BLEU = "bleu";

  /** The defaults of tasks that train for minutes. */
  static final TrainingDefaults SMALL = TrainingDefaults.epochs(4, 0.004);

  /** Batches whose pairs are sorted by length together. */
  private static final int POOL = 20;

  static final int MOST_PAIRS = 5_000_000;
  private static final int SAMPLES = 5;
  private static final int LONG_SENTENCE = 64;

  /** The most pairs that a model is scored on after training. */
  private static final int MOST_SCORED = 1000;

  /** The pairs of a run; {@code sha256} is empty for generated ones, the last two lists may be. */
  record PairData(
      String name, String sha256, List<Pair> training, List<Pair> validation, List<Pair> test) {
    /** Whether the model is scored on pairs that it is not trained on. */
    boolean isHeldOut() {
      return !test.isEmpty() || !validation.isEmpty();
    }

    /** The pairs that the model is scored on: those held out, or else those it was trained on. */
    List<Pair> scored() {
      return !test.isEmpty() ? test : isHeldOut() ? validation : training;
    }
  }

  @Override
  public String unit() {
    return "token";
  }

  /** Opens the pairs. */
  abstract PairData data(Settings settings, Consumer<String> log);

  /** The pairs that a model is scored on where no data are given; null for a task of files. */
  @Nullable PairData newPairs(Settings trained) {
    return data(trained, _ -> {});
  }

  /** {@link #EXACT_MATCH} or {@link #BLEU}. */
  String metric() {
    return EXACT_MATCH;
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(LONG_SENTENCE, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    PairOptions.require(settings, context.catalog());
    PairData data = data(settings, context.log());
    PairCodecs sides =
        context.origin() == null
            ? Sides.learn(data.training(), settings)
            : PairCodecs.of(context.origin(), settings.text(TrainingOptions.FROM));
    return new Experiment(
        new Experiment.DataSource(data.name(), data.sha256()),
        PairOptions.recipe(settings, sides),
        examples(data.training(), sides, settings),
        data.validation().isEmpty() ? null : examples(data.validation(), sides, settings),
        formatted(
            "%,d pairs of %s, %,d source tokens and %,d target tokens, batches of %d",
            data.training().size(),
            data.name(),
            sides.source().vocabulary().size(),
            sides.target().vocabulary().size(),
            settings.get(BATCH)),
        trained -> score(trained.translator(), data, settings.get(BATCH)));
  }

  private static PairExamples examples(List<Pair> pairs, PairCodecs sides, Settings settings) {
    return new PairExamples(
        pairs.stream().map(sides::ids).toList(),
        sides.target().end(),
        settings.get(BATCH),
        POOL,
        new CounterRandom(settings.get(TrainingOptions.SEED)).stream("pairs"));
  }

  private Score score(Translator model, PairData data, int batch) {
    List<Pair> pairs = data.scored();
    pairs = pairs.subList(0, Math.min(MOST_SCORED, pairs.size()));
    List<String> sources = pairs.stream().map(Pair::source).toList();
    List<String> outputs =
        model
            .translate(
                sources, new TranslationSettings(BeamSettings.GREEDY, OptionalInt.empty(), batch))
            .stream()
            .map(TranslatedText::text)
            .toList();
    OutputScores reached = scores(pairs, outputs);
    OutputScores copied = scores(pairs, sources);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(SAMPLES, pairs.size()); i++) {
      text.append(formatted("%s -> %s%n", sources.get(i), outputs.get(i)));
    }
    text.append(
        formatted(
            "exact match %.1f %%: %,d of %,d pairs that the model was %s",
            100 * reached.exactMatch(),
            reached.exact(),
            pairs.size(),
            data.isHeldOut() ? "not trained on" : "trained on, as none were held out"));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put(EXACT_MATCH, reached.exactMatch());
    figures.put("test_pairs", pairs.size());
    boolean bleu = metric().equals(BLEU);
    if (bleu || model.codecs().target().splitting() != PlainSplitting.CHARACTERS) {
      figures.put(BLEU, reached.bleu());
    }
    if (bleu) {
      figures.put("chrf", reached.chrF());
      text.append(
          formatted(
              "; BLEU %.2f, chrF %.2f; copying the source: BLEU %.2f",
              reached.bleu(), reached.chrF(), copied.bleu()));
    }
    return Score.higher(metric(), figures, text.toString())
        .against("copying the source", bleu ? copied.bleu() : copied.exactMatch());
  }

  private static OutputScores scores(List<Pair> pairs, List<String> outputs) {
    OutputScores scores = new OutputScores(Bleu.Tokenization.NONE);
    for (int i = 0; i < outputs.size(); i++) {
      scores.add(outputs.get(i), pairs.get(i).target());
    }
    return scores;
  }

  @Override
  public Evaluator evaluator() {
    return new PairEvaluator(this);
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        TranslateAbility.ability(Ability.PREDICT), TranslateAbility.ability("translate"));
  }
}
