package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.FROM;
import static dev.comporta.frame.training.TrainingOptions.OPTIMIZER;
import static dev.comporta.frame.training.TrainingOptions.SCHEDULE;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.frame.Experiment.DataSource;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TruncationOptions;
import dev.comporta.inference.TextMeasure;
import dev.comporta.training.data.IdFile;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.text.SentenceText;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WittenBellModel;
import dev.comporta.training.text.WordVocabulary;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model of the words of a text, one sentence per line, trained as Zaremba, Sutskever and Vinyals
 * did (2014, <i>Recurrent Neural Network Regularization</i>, section 4.1).
 */
public final class WordLm extends LanguageTask {
  private static final String EPOCH_DECAY = "epoch-decay";
  private static final Option<Integer> MINIMUM_FREQUENCY =
      Option.whole("minimum-frequency", 1)
          .in(Group.DATA)
          .or(_ -> null, "1 if the text has <unk>, else 2")
          .help("less frequent words become <unk>");
  private static final Option<Integer> VOCABULARY =
      Option.whole("vocabulary", 3)
          .in(Group.DATA)
          .or(it -> it.isGiven(FROM) ? null : 10_000, "10000")
          .help("maximum size of the vocabulary, including <unk> and <eos>");
  private static final Option<Double> INITIAL_RANGE = Option.positive("initial-range");
  private static final Option<Integer> HOLD = Option.whole("hold", 0).in(Group.TRAINING);
  private static final Option<Double> DIVISOR = Option.positive("divisor").in(Group.TRAINING);
  private static final Option<String> LOSS_OVER_TIME =
      Option.choice("loss-over-time", "sum", "mean")
          .in(Group.TRAINING)
          .or(it -> isSgd(it) ? "sum" : "mean", "sum for sgd, else mean")
          .help(
              "reduction of the loss over the timesteps of a chunk, to which --learning-rate and --clip apply");

  /** More ids than the memory has room for at this many bytes each are kept in a file. */
  private static final int MEMORY_PER_ID = 8 * Integer.BYTES;

  /** Creates the task. */
  public WordLm() {
    super(
        "word-lm",
        "word",
        List.of(
            new Preset("zaremba-small", 2, 200, 0, 20, 20, 0, 0.1, training(13, 4, 2, 5)),
            new Preset("zaremba-medium", 2, 650, 0, 35, 20, 0.5, 0.05, training(39, 6, 1.2, 5)),
            new Preset(
                "zaremba-large", 2, 1500, 0, 35, 20, 0.65, 0.04, training(55, 14, 1.15, 10))));
  }

  private static TrainingDefaults training(int epochs, int hold, double divisor, double clip) {
    Spec decay = Spec.of(EPOCH_DECAY).with("hold", hold).with("divisor", divisor);
    return new TrainingDefaults(epochs, 0, "sgd", 1, decay, clip, 1000);
  }

  private static boolean isSgd(Settings settings) {
    return settings.get(OPTIMIZER).name().equals("sgd");
  }

  private static boolean isDecaying(Settings settings) {
    return settings.get(SCHEDULE).name().equals(EPOCH_DECAY);
  }

  /** The schedule's options over those of the recipe. */
  private Spec decay(Settings settings) {
    Spec decay = settings.without(SCHEDULE).get(SCHEDULE);
    for (var option : settings.get(SCHEDULE).options().entrySet()) {
      decay = decay.with(option.getKey(), option.getValue());
    }
    return decay;
  }

  @Override
  public String description() {
    return "a word-level language model on text of one sentence per line, compared with a Witten-Bell n-gram baseline";
  }

  @Override
  public String describe(double loss) {
    return formatted("loss %.4f nats, perplexity %.2f", loss, Math.exp(loss));
  }

  @Override
  public Options options() {
    return options(
        DATA.alias("text").help("train on this file of one sentence per line"),
        VALIDATION_DATA.alias("validation-text"),
        VALIDATION.legacy(0.0),
        MINIMUM_FREQUENCY,
        VOCABULARY,
        INITIAL_RANGE
            .or(it -> preset(it).initialRange(), "0.1")
            .help("initialise parameters uniformly between -X and X"),
        HOLD.or(it -> isDecaying(it) ? decay(it).reader().count("hold", 0, 0) : null, "4")
            .help("epochs at the base learning rate, with --schedule epoch-decay"),
        DIVISOR
            .or(it -> isDecaying(it) ? decay(it).reader().positive("divisor", 1) : null, "2")
            .help("divisor of the learning rate after each further epoch"),
        LOSS_OVER_TIME,
        BASELINE_ORDER.or(2).help("longest context of the n-gram baseline, in words"),
        SAMPLE.or(40));
  }

  @Override
  Recipe refine(Recipe plain, Settings settings) {
    settings.requireEffective(HOLD, "--schedule epoch-decay", isDecaying(settings));
    settings.requireEffective(DIVISOR, "--schedule epoch-decay", isDecaying(settings));
    boolean summed = settings.get(LOSS_OVER_TIME).equals("sum");
    if (summed && !isSgd(settings)) {
      throw new InvalidOptionException(
          formatted(
              "[word-lm] --loss-over-time sum goes with --optimizer sgd but it is %s; use mean",
              settings.get(OPTIMIZER).name()));
    }
    double range = settings.get(INITIAL_RANGE);
    Spec uniform = Spec.of("uniform").with("low", -range).with("high", range);
    int timesteps = summed ? settings.get(TruncationOptions.K1) : 1;
    Recipe recipe = plain.initializedBy(_ -> uniform).summedOver(timesteps);
    if (!isDecaying(settings)) {
      return recipe;
    }
    Spec decay = decay(settings).with("hold", settings.get(HOLD));
    return recipe.scheduledBy(decay.with("divisor", settings.get(DIVISOR)));
  }

  @Override
  Text read(Settings settings, TaskContext context) {
    SentenceText text = new SentenceText(settings.get(DATA), settings.get(ENCODING));
    SentenceText.Counts counts = text.count(settings.get(VALIDATION));
    long unknown = counts.words().count(WordVocabulary.UNKNOWN);
    if (unknown > 0) {
      context.log(
          formatted(
              "%s has the reserved word '<unk>' %,d times: it stands for unknown words",
              text.path(), unknown));
    }
    TextTokens origin = origin(settings, context, VOCABULARY, MINIMUM_FREQUENCY);
    TextTokens tokens =
        origin == null ? TextTokens.words(vocabulary(settings, counts.words())) : origin;
    WordVocabulary words = Objects.requireNonNull(tokens.words());
    Path other = settings.find(VALIDATION_DATA).orElse(null);
    IdSequence validation = other == null ? null : ids(tokens, other, text.charset());
    IdSequence all = text.ids(words, counts, Runtime.getRuntime().maxMemory() / MEMORY_PER_ID);
    IdSequence training = all.part(0, counts.training());
    long rest = counts.all() - counts.training();
    // Each part begins with the end of a sentence.
    IdSequence held = rest > 0 ? all.part(counts.training() - 1, rest + 1) : validation;
    return new Text(
        new DataSource(text.path().toString(), counts.sha256()),
        tokens,
        training,
        held,
        order ->
            held == null || all instanceof IdFile
                ? Double.NaN
                : WittenBellModel.train(training.toArray(), words.size(), order)
                    .loss(held.toArray()),
        all instanceof IdFile file ? file::close : () -> {});
  }

  private static WordVocabulary vocabulary(Settings settings, WordVocabulary.Counter counter) {
    boolean marked = counter.count(WordVocabulary.UNKNOWN) > 0;
    int least = settings.find(MINIMUM_FREQUENCY).orElse(marked ? 1 : 2);
    WordVocabulary words = counter.vocabulary(least, settings.get(VOCABULARY));
    if (words.size() == 2) {
      throw new InvalidOptionException(
          formatted(
              "[word-lm] expected words that are in %s at least %d times but there are none; use a smaller --minimum-frequency",
              settings.get(DATA), least));
    }
    return words;
  }

  @Override
  double metric(double loss) {
    return Math.exp(loss);
  }

  @Override
  IdSequence ids(TextTokens tokens, Path file, Charset charset) {
    WordVocabulary words = Objects.requireNonNull(tokens.words());
    return IdSequence.of(new SentenceText(file, charset).ids(words));
  }

  @Override
  Score score(TextTokens tokens, IdSequence ids, TextMeasure measured) {
    int unknown = Objects.requireNonNull(tokens.words()).unknown();
    double loss = measured.loss();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("loss", loss);
    figures.put("perplexity", Math.exp(loss));
    figures.put("bits_per_word", loss / Math.log(2));
    figures.put("accuracy", measured.accuracy());
    figures.put("words", measured.count());
    figures.put("sentences", ids.count(tokens.start()) - 1);
    figures.put("unknown_words", ids.count(unknown));
    String text =
        formatted(
            "perplexity %.2f, loss %.4f nats, accuracy %.2f %%, over %,d words and ends of sentences, of which %,d are unknown",
            Math.exp(loss), loss, 100 * measured.accuracy(), measured.count(), ids.count(unknown));
    return Score.lower("perplexity", figures, text);
  }
}
