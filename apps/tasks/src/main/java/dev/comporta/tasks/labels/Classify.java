package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.EMBEDDING;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.LAYERS;
import static dev.comporta.frame.training.LayerOptions.VECTORS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.FROM;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.PretrainedVectors;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.Classification;
import dev.comporta.inference.Classifier;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredText;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SequenceExamples;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A label for a text: its words or characters are embedded, read in both directions, and the
 * largest value of each feature over time decides. Compared with logistic regression on n-grams.
 */
public final class Classify implements Task {
  /** Called by the service loader. */
  public Classify() {}

  private static final String NAME = "classify";
  private static final int MOST_WORDS = 1_000_000;

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
  private static final Option<String> TOKENS =
      Option.choice("tokens", "words", "characters")
          .in(Group.DATA)
          .or(
              it -> it.isGiven(FROM) ? null : it.isGiven(DATA) ? "words" : "characters",
              "words with --data")
          .keptIfGiven()
          .help("tokens of the texts");
  private static final Option<Integer> MIN_COUNT =
      Option.whole("min-count", 1)
          .in(Group.DATA)
          .or(2)
          .keptIfGiven()
          .help("words that occur less often are unknown to the model");
  private static final Option<Integer> NGRAMS =
      Option.whole("baseline-ngrams", 1, 5)
          .or(2)
          .in(Group.EVALUATION)
          .keptIfGiven()
          .help("length of the longest n-grams of the linear baseline");
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
    return Options.of(TEXTS, VALIDATION_DATA, ENCODING, TOKENS, MIN_COUNT, NGRAMS)
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
    return settings.find(TOKENS).orElse("words").equals("words") ? WORDS : NAMES;
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
      for (Option<?> ofTexts : List.of(ENCODING, TOKENS, MIN_COUNT, NGRAMS, VECTORS, EMBEDDING)) {
        settings.requireEffective(ofTexts, "texts, not with sequences of numbers", false);
      }
      return SeriesClassifier.open(settings, context, List.of(pool), random);
    }
    for (Option<?> ofSeries : List.of(CsvFormat.SEPARATOR, CsvFormat.DECIMAL_COMMA)) {
      settings.requireEffective(ofSeries, "--labels", false);
    }
    settings.requireEffective(
        ENCODING,
        "--data or --validation-data",
        settings.isGiven(DATA) || settings.isGiven(VALIDATION_DATA));
    LabelledTexts all =
        settings
            .find(TEXTS)
            .map(path -> LabelledTexts.read(path, settings.get(ENCODING)))
            .orElseGet(Names::read);
    all.notes().forEach(context.log());
    HeldOut texts =
        HeldOut.of(
            settings,
            all.texts(),
            path -> LabelledTexts.read(path, settings.get(ENCODING)),
            random);
    ModelFile origin = context.origin();
    settings.requireEffective(TOKENS, "a run without --from", origin == null);
    settings.requireEffective(MIN_COUNT, "a run without --from", origin == null);
    List<String> labels = texts.labels(origin == null ? List.of() : StoredLabels.of(origin));
    WordVocabulary.Counter words = new WordVocabulary.Counter();
    texts.training().forEach(text -> words.add(text.text()));
    PretrainedVectors vectors = PretrainedVectors.read(settings, context, words.seen());
    TextTokens tokens =
        origin == null
            ? tokens(settings, texts.training(), words, vectors)
            : StoredText.of(origin, "the model of --from");
    List<Spec> layers = new ArrayList<>();
    layers.add(
        Spec.of("embedding")
            .with("vocabulary", tokens.size())
            .with("size", vectors.width(settings)));
    layers.addAll(LayerOptions.bothDirections(settings));
    layers.add(pool);
    layers.add(Spec.of("dense").with("units", labels.size()));
    Spec model = Spec.of(SequenceModel.KIND).with("layers", layers);
    SequenceExamples heldOut =
        examples(texts.heldOut(), labels, tokens, settings, random.stream("validation"));
    return new Experiment(
        new Experiment.DataSource(all.name(), all.sha256()),
        vectors
            .start(
                LabelTraining.recipe(settings, model, labels, texts.training(), heldOut),
                tokens.stored(),
                context)
            .withVocabularies(List.of(StoredText.stored(tokens), StoredLabels.stored(labels))),
        examples(
            LabelTraining.examples(settings, texts.training()),
            labels,
            tokens,
            settings,
            random.stream("training")),
        heldOut,
        formatted(
            "%,d texts for training and %,d for validation, %d labels",
            texts.training().size(), texts.heldOut().size(), labels.size()),
        trained -> score(trained, texts, settings, random.stream("baseline")));
  }

  private static TextTokens tokens(
      Settings settings,
      List<Text> texts,
      WordVocabulary.Counter words,
      PretrainedVectors vectors) {
    if (settings.get(TOKENS).equals("characters")) {
      settings.requireEffective(MIN_COUNT, "--tokens words", false);
      settings.requireEffective(VECTORS, "--tokens words", false);
      return TextTokens.characters(
          CharacterVocabulary.of(texts.stream().map(Text::text).collect(Collectors.joining())));
    }
    return TextTokens.words(
        words.vocabulary(settings.get(MIN_COUNT), MOST_WORDS, vectors::contains));
  }

  private static SequenceExamples examples(
      List<Text> texts,
      List<String> labels,
      TextTokens tokens,
      Settings settings,
      RandomSource random) {
    List<SequenceExamples.Example> examples = new ArrayList<>();
    for (Text text : texts) {
      String read = tokens.readable(text.text());
      if (read.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[classify] expected a character that the model knows in %s but it has none",
                text.place()));
      }
      int[] ids = tokens.encoder().apply(read, text.place());
      examples.add(new SequenceExamples.Example(ids, new int[] {labels.indexOf(text.label())}));
    }
    return new SequenceExamples(
        examples, Math.min(settings.get(BATCH), examples.size()), POOL, random);
  }

  private static Function<Text, Classification> classifier(LoadedModel model) {
    if (SeriesClassifier.isMadeFor(model)) {
      return SeriesClassifier.classifier(model);
    }
    Classifier classifier = model.classifier();
    return text -> classifier.classify(text.text());
  }

  private static Score score(
      LoadedModel trained, HeldOut texts, Settings settings, RandomSource random) {
    List<String> labels = trained.classifier().labels();
    int[] targets =
        texts.training().stream().mapToInt(text -> labels.indexOf(text.label())).toArray();
    boolean words = StoredText.of(trained.content(), trained.name()).words() != null;
    Function<String, List<String>> split =
        text ->
            words
                ? WordVocabulary.split(text)
                : text.codePoints().mapToObj(Character::toString).toList();
    int longest = settings.get(NGRAMS);
    LinearModel linear =
        LinearModel.train(
            texts.training().stream().map(text -> split.apply(text.text())).toList(),
            targets,
            labels.size(),
            longest,
            random);
    double right = 0;
    for (Text text : texts.heldOut()) {
      right +=
          linear.predict(split.apply(text.text()), longest) == labels.indexOf(text.label()) ? 1 : 0;
    }
    return LabelScores.of(labels, texts.heldOut(), classifier(trained))
        .score("texts")
        .against(
            formatted("logistic regression on n-grams of up to %d", longest),
            right / texts.heldOut().size());
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
