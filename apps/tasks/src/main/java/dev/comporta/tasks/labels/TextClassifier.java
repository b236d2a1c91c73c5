package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.VECTORS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.FROM;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Score;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.PretrainedVectors;
import dev.comporta.inference.Classification;
import dev.comporta.inference.Classifier;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredText;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.training.data.SequenceExamples;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The classifier of texts: words or characters are embedded. Compared with logistic regression on
 * n-grams.
 */
final class TextClassifier {
  private static final int MOST_WORDS = 1_000_000;

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

  private TextClassifier() {}

  /** The options that only texts have. */
  static Options options() {
    return Options.of(ENCODING, TOKENS, MIN_COUNT, NGRAMS);
  }

  /** Whether the tokens are words, as they are unless characters are chosen. */
  static boolean readsWords(Settings settings) {
    return settings.find(TOKENS).orElse("words").equals("words");
  }

  /**
   * Opens the texts for training.
   *
   * @param pool what decides at the end
   */
  static Experiment open(Settings settings, TaskContext context, Spec pool, RandomSource random) {
    for (Option<?> ofSeries : List.of(CsvFormat.SEPARATOR, CsvFormat.DECIMAL_COMMA)) {
      settings.requireEffective(ofSeries, "--labels", false);
    }
    settings.requireEffective(
        ENCODING,
        "--data or --validation-data",
        settings.isGiven(DATA) || settings.isGiven(VALIDATION_DATA));
    LabelledTexts all =
        settings
            .find(DATA)
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
        examples, Math.min(settings.get(BATCH), examples.size()), Classify.POOL, random);
  }

  static Function<Text, Classification> classifier(LoadedModel model) {
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
}
