package dev.comporta.tasks.rating;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.DROPOUT;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.LayerOptions.VECTORS;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.Fold;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.PretrainedVectors;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.StoredNormalization;
import dev.comporta.inference.content.StoredText;
import dev.comporta.serialization.ModelFile;
import dev.comporta.tasks.rating.RatedTexts.Parts;
import dev.comporta.tasks.rating.RatedTexts.Text;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.Normalization;
import dev.comporta.training.data.Shuffle;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Numbers for a text, such as its valence and arousal, by the regional CNN-LSTM of Wang et al. 2016
 * (<i>Dimensional Sentiment Analysis Using a Regional CNN-LSTM Model</i>): a convolution finds
 * patterns in each region, such as a clause, their largest values describe it, and an LSTM reads
 * the regions. Or by a plain LSTM in both directions over all words. Compared with ridge regression
 * on words.
 */
public final class Rate implements Task {
  /** Called by the service loader. */
  public Rate() {}

  private static final String NAME = "rate";
  private static final int MOST_WORDS = 1_000_000;
  private static final int GENERATED = 2000;
  private static final String REGIONAL = "regional";

  private static final TrainingDefaults GIVEN = TrainingDefaults.epochs(6, 0.002);

  private static final Option<Path> TEXTS =
      DATA.or(_ -> null, "generated opinions")
          .help("CSV file with columns of ratings and a column of texts");
  private static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the texts, chosen at random, held out for validation");
  private static final Option<String> SEPARATOR = CsvFormat.SEPARATOR.keptIfGiven();
  private static final Option<String> RATINGS =
      Option.text("ratings", "NAMES")
          .or("V,A")
          .in(Group.DATA)
          .keptIfGiven()
          .help("the columns with the ratings, between commas");
  private static final Option<String> TEXT =
      Option.text("text-column", "NAME")
          .or("text")
          .in(Group.DATA)
          .keptIfGiven()
          .help("the column with the texts");
  private static final Option<Integer> MIN_COUNT =
      Option.whole("min-count", 1)
          .in(Group.DATA)
          .or(2)
          .keptIfGiven()
          .help("words that occur less often are unknown to the model");
  private static final Option<String> MODEL =
      Option.choice("network", REGIONAL, "plain")
          .or(REGIONAL)
          .help("read regions of a text, or all of its words one by one");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model that rates texts, such as their valence and arousal, compared with ridge regression on words";
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
  public String describe(double loss) {
    return formatted("mean squared error %.4f of ratings in standard deviations", loss);
  }

  @Override
  public Options options() {
    return Options.of(TEXTS, VALIDATION_DATA, SEPARATOR, RATINGS, TEXT, VALIDATION, MIN_COUNT)
        .and(RepetitionOptions.FOLDS, RepetitionOptions.FOLD)
        .and(
            MODEL,
            CELL.or(Spec.of("lstm")),
            VECTORS,
            PretrainedVectors.embedding(64),
            HIDDEN.or(64),
            DROPOUT.or(0.5),
            BATCH.or(32))
        .and(TrainingOptions.of(NAME, GIVEN));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(32, settings.get(BATCH));
  }

  private static List<String> columns(Settings settings) {
    List<String> columns =
        Arrays.stream(settings.get(RATINGS).split(",", -1)).map(String::strip).toList();
    if (columns.contains("") || new HashSet<>(columns).size() < columns.size()) {
      throw new InvalidOptionException(
          formatted(
              "[rate] option 'ratings' expected names of different columns between commas but got %s",
              Printable.quoted(settings.get(RATINGS))));
    }
    return columns;
  }

  private static Parts divided(RatedTexts all, Settings settings, RandomSource random) {
    int count = all.texts().size();
    return Fold.of(settings)
        .map(fold -> fold.heldOut(count, "texts", () -> Shuffle.order(count, random)))
        .map(all::parts)
        .orElseGet(() -> all.split(settings.get(VALIDATION), random));
  }

  private static RatedTexts read(Path path, Settings settings, List<String> columns, String text) {
    return RatedTexts.read(path, CsvFormat.ofWords(settings), columns, text);
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    RepetitionOptions.requireUsable(settings, List.of(VALIDATION_DATA, VALIDATION));
    boolean reads = settings.isGiven(DATA) || settings.isGiven(VALIDATION_DATA);
    for (Option<?> ofFiles : List.of(RATINGS, TEXT, SEPARATOR)) {
      settings.requireEffective(ofFiles, "--data or --validation-data", reads);
    }
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    List<String> columns = columns(settings);
    RatedTexts all =
        settings
            .find(TEXTS)
            .map(path -> read(path, settings, columns, settings.get(TEXT)))
            .orElseGet(() -> Opinions.generate(GENERATED, random.stream("data")));
    Parts parts =
        settings
            .find(VALIDATION_DATA)
            .map(path ->
                new Parts(all.texts(), read(path, settings, columns, settings.get(TEXT)).texts()))
            .orElseGet(() -> divided(all, settings, random.stream("split")));
    ModelFile origin = context.origin();
    settings.requireEffective(MIN_COUNT, "a run without --from", origin == null);
    Normalization normalization =
        origin == null
            ? normalization(parts.training(), columns, all.name())
            : StoredNormalization.of(origin, columns);
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    parts.training().forEach(text -> text.tokens().forEach(counter::add));
    PretrainedVectors vectors = PretrainedVectors.read(settings, context, counter.seen());
    TextTokens words =
        origin == null
            ? TextTokens.words(
                counter.vocabulary(settings.get(MIN_COUNT), MOST_WORDS, vectors::contains))
            : StoredText.of(origin, "the model of --from");
    Spec model = model(settings, words.size(), vectors.width(settings), columns.size());
    return new Experiment(
        new Experiment.DataSource(all.name(), settings.find(TEXTS).isPresent() ? all.sha256() : ""),
        vectors
            .start(Recipe.of(model, Spec.of("mse")), words.stored(), context)
            .withVocabularies(List.of(StoredText.stored(words)))
            .withConstants(StoredNormalization.constants(columns, normalization)),
        examples(parts.training(), words, normalization, settings, random.stream("training")),
        examples(parts.heldOut(), words, normalization, settings, random.stream("validation")),
        formatted(
            "%,d texts for training and %,d for validation, ratings %s",
            parts.training().size(), parts.heldOut().size(), columns),
        trained -> RateScores.compared(rater(trained, settings), columns, parts));
  }

  private static Normalization normalization(List<Text> texts, List<String> columns, String name) {
    for (int k = 0; k < columns.size(); k++) {
      int column = k;
      if (texts.stream().mapToDouble(it -> it.ratings()[column]).distinct().count() < 2) {
        throw new ComportaException(
            formatted(
                "[rate] expected different ratings in column %s of %s but all %d texts have the same",
                Printable.quoted(columns.get(k)), name, texts.size()));
      }
    }
    return Normalization.fit(RatedTexts.ratings(texts), columns.size(), texts.size());
  }

  private static Spec model(Settings settings, int words, int width, int ratings) {
    List<Spec> dropout = LayerOptions.dropout(settings);
    List<Spec> layers = new ArrayList<>();
    layers.add(Spec.of("embedding").with("vocabulary", words).with("size", width));
    layers.addAll(dropout);
    if (settings.get(MODEL).equals(REGIONAL)) {
      layers.add(
          Spec.of("conv1d")
              .with("filters", settings.get(HIDDEN))
              .with("width", 3)
              .with("activation", "relu"));
      layers.add(Spec.of("pool1d").with("width", Regions.SIZE));
      layers.add(
          Spec.of("recurrent")
              .with("cell", settings.get(CELL))
              .with("hidden", settings.get(HIDDEN))
              .with("returns", "last"));
    } else {
      layers.add(
          Spec.of("bidirectional")
              .with("cell", settings.get(CELL))
              .with("hidden", settings.get(HIDDEN)));
      layers.add(Spec.of("pool-time").with("mode", "mean"));
    }
    layers.addAll(dropout);
    layers.add(Spec.of("dense").with("units", ratings));
    return Spec.of(SequenceModel.KIND).with("layers", layers);
  }

  private static int[] ids(List<String> tokens, TextTokens words, Settings settings) {
    WordVocabulary vocabulary = words.words();
    if (vocabulary == null) {
      throw new ComportaException("[rate] expected a model of words but its tokens are others");
    }
    return settings.get(MODEL).equals(REGIONAL)
        ? Regions.encode(tokens, vocabulary)
        : tokens.stream().mapToInt(vocabulary::id).toArray();
  }

  private static RatedExamples examples(
      List<Text> texts,
      TextTokens words,
      Normalization normalization,
      Settings settings,
      RandomSource random) {
    return new RatedExamples(
        texts.stream().map(it -> ids(it.tokens(), words, settings)).toList(),
        normalization.apply(RatedTexts.ratings(texts)),
        settings.get(BATCH),
        random);
  }

  /** Rates the tokens of a text with a model. */
  private static Function<List<String>, double[]> rater(LoadedModel model, Settings trained) {
    List<String> columns = columns(trained);
    Normalization normalization = StoredNormalization.of(model.content(), columns);
    TextTokens words = StoredText.of(model.content(), model.name());
    return tokens -> {
      float[] outputs = model.runIds(ids(tokens, words, trained));
      double[] ratings = new double[columns.size()];
      Arrays.setAll(ratings, k -> normalization.undo(outputs[k], k));
      return ratings;
    };
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            DATA.help("texts with ratings, as for training"),
            CsvFormat.SEPARATOR,
            TEXT.or(_ -> null, "that of the training")),
        (model, settings) -> {
          Settings trained = trained(model);
          List<String> columns = columns(trained);
          String text = settings.find(TEXT).orElseGet(() -> trained.get(TEXT));
          List<Text> texts = read(settings.get(DATA), settings, columns, text).texts();
          return RateScores.of(columns, texts, rater(model, trained)).score();
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Rate each text, one a line",
            Options.of(),
            (model, settings, exchange) -> {
              Settings trained = trained(model);
              List<String> columns = columns(trained);
              Function<List<String>, double[]> rater = rater(model, trained);
              for (String line = exchange.readLine(); line != null; line = exchange.readLine()) {
                List<String> tokens = RatedTexts.tokens(line);
                if (!tokens.isEmpty()) {
                  answer(columns, rater.apply(tokens), exchange);
                }
              }
            }));
  }

  private static void answer(List<String> columns, double[] ratings, Ability.Exchange exchange) {
    Map<String, Object> figures = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < ratings.length; k++) {
      figures.put(columns.get(k), ratings[k]);
      text.append(formatted("%s%s %.3f", k == 0 ? "" : "  ", columns.get(k), ratings[k]));
    }
    exchange.answer(Map.of("ratings", figures), text.toString());
  }
}
