package dev.comporta.tasks.labels;

import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.LayerOptions.VECTORS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.PretrainedVectors;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A label for a text or for a sequence of numbers: its timesteps are read in both directions, and
 * the largest value of each feature over time decides ({@link TextClassifier}, {@link
 * SeriesClassifier}).
 */
public final class Classify implements Task {
  /** Called by the service loader. */
  public Classify() {}

  private static final String NAME = "classify";

  /** Batches whose sequences are sorted by length together. */
  static final int POOL = 20;

  /** Word models overfit after a few epochs. */
  private static final TrainingDefaults WORDS = TrainingDefaults.epochs(4, 0.003);

  private static final TrainingDefaults SERIES = TrainingDefaults.epochs(40, 0.005);

  private static final TrainingDefaults NAMES = TrainingDefaults.epochs(20, 0.003);

  private static final Option<Path> TEXTS =
      DATA.or(_ -> null, "names from the JDK, by language")
          .help(
              "lines of a label, a tab or a space and a text; or a folder with a folder of documents for each label; or, with --labels, sequences of numbers");
  private static final Option<String> POOLING =
      Option.choice("pool", "max", "mean", "last")
          .or("max")
          .help("what becomes of the outputs over time");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a classifier of texts by words or characters, compared with logistic regression on n-grams";
  }

  @Override
  public String unit() {
    return "text";
  }

  @Override
  public String timestep() {
    return "timestep";
  }

  @Override
  public Options options() {
    return Options.of(TEXTS, VALIDATION_DATA)
        .and(TextClassifier.options())
        .and(SeriesClassifier.options())
        .and(HeldOut.VALIDATION, RepetitionOptions.FOLDS, RepetitionOptions.FOLD)
        .and(
            CELL.or(Spec.of("gru")),
            VECTORS,
            PretrainedVectors.embedding(64).keptIfGiven(),
            LAYERS.or(1),
            HIDDEN.or(it -> SeriesClassifier.isMeant(it) ? 32 : 64, "64; 32 with --labels"),
            POOLING,
            DROPOUT.or(it -> SeriesClassifier.isMeant(it) ? 0.2 : 0.5, "0.5; 0.2 with --labels"),
            BATCH.or(it -> SeriesClassifier.isMeant(it) ? 8 : 32, "32; 8 with --labels"))
        .and(LabelTraining.options())
        .and(TrainingOptions.of(NAME, WORDS, Classify::defaults));
  }

  private static TrainingDefaults defaults(Settings settings) {
    if (SeriesClassifier.isMeant(settings)) {
      return SERIES;
    }
    return TextClassifier.readsWords(settings) ? WORDS : NAMES;
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(32, settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    Spec pool = Spec.of("pool-time").with("mode", settings.get(POOLING));
    if (SeriesClassifier.isMeant(settings)) {
      TextClassifier.options()
          .and(VECTORS, EMBEDDING)
          .forEach(
              it -> settings.requireEffective(it, "texts, not with sequences of numbers", false));
      return SeriesClassifier.open(settings, context, List.of(pool), random);
    }
    return TextClassifier.open(settings, context, pool, random);
  }

  private static Function<Text, Classification> classifier(LoadedModel model) {
    if (SeriesClassifier.isMadeFor(model)) {
      return SeriesClassifier.classifier(model);
    }
    return TextClassifier.classifier(model);
  }

  /** Labelled data of the kind that a model reads. */
  private static LabelledTexts labelled(LoadedModel model, Settings settings) {
    boolean numbers = SeriesClassifier.isMadeFor(model);
    if (numbers) {
      settings.requireEffective(ENCODING, "models of texts", false);
      return SeriesClassifier.read(settings.get(DATA), settings);
    }
    for (Option<?> option : SeriesClassifier.options()) {
      settings.requireEffective(option, "models of sequences of numbers", false);
    }
    return LabelledTexts.read(settings.get(DATA), settings.get(ENCODING));
  }

  @Override
  public Evaluator evaluator() {
    return new LabelEvaluator(
        Options.of(DATA.help("labelled texts or sequences, as for training"), ENCODING)
            .and(SeriesClassifier.options()),
        model -> model.classifier().labels(),
        (model, settings) ->
            LabelScores.of(
                    model.classifier().labels(),
                    labelled(model, settings).texts(),
                    classifier(model))
                .score("texts"));
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Predict the label of each text, one a line, or of each sequence of lines of numbers",
            Options.of(CsvFormat.SEPARATOR, CsvFormat.DECIMAL_COMMA),
            (model, settings, exchange) -> {
              if (SeriesClassifier.isMadeFor(model)) {
                SeriesClassifier.predict(model, settings, exchange);
                return;
              }
              settings.requireEffective(
                  CsvFormat.SEPARATOR, "models of sequences of numbers", false);
              settings.requireEffective(
                  CsvFormat.DECIMAL_COMMA, "models of sequences of numbers", false);
              Function<Text, Classification> classifier = classifier(model);
              for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
                if (!line.isBlank()) {
                  Text text = new Text("", line.strip(), exchange.inputName());
                  LabelScores.answer(classifier.apply(text), exchange);
                }
              }
            }));
  }
}
