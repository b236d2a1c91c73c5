package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.FROM;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.frame.training.TruncationOptions;
import dev.comporta.inference.GenerationSettings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.TextGenerator;
import dev.comporta.inference.TextMeasure;
import dev.comporta.inference.content.StoredText;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.data.StreamBatcher;
import dev.comporta.training.text.TextTokens;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the language models share: layers, training on streams of ids, a Witten-Bell n-gram model as
 * the baseline. Dropout is where Zaremba, Sutskever and Vinyals 2014 have it: between layers, not
 * over time.
 */
abstract class LanguageTask implements Task {
  static final Spec LOSS = Spec.of("cross-entropy");
  static final Option<Double> VALIDATION =
      Option.real("validation", 0, 0.9)
          .in(Group.DATA)
          .or(it -> it.isGiven(VALIDATION_DATA) ? 0.0 : 0.1, "0.1 without --validation-data")
          .help("fraction of the text, at its end, held out for validation");
  static final Option<Integer> BASELINE_ORDER =
      Option.whole("baseline-order", 0).in(Group.EVALUATION).notKept();
  static final Option<Integer> SAMPLE =
      Option.size("sample", 0)
          .in(Group.EVALUATION)
          .notKept()
          .help("length in tokens of the sample printed at the end; 0 for none");

  private final String name;
  private final String unit;
  private final List<Preset> presets;
  private final Option<String> recipe;

  LanguageTask(String name, String unit, List<Preset> presets) {
    this.name = name;
    this.unit = unit;
    this.presets = presets;
    String[] names = presets.stream().map(Preset::name).toArray(String[]::new);
    this.recipe =
        Option.choice("recipe", names)
            .or(names[0])
            .help("preset of defaults; those shown are of " + names[0]);
  }

  /** Defaults that go together under the name of a recipe; embedding 0 means as hidden. */
  record Preset(
      String name,
      int layers,
      int hidden,
      int embedding,
      int chunk,
      int batch,
      double dropout,
      double initialRange,
      TrainingDefaults training) {}

  /** A text as ids; {@code counted} gives the validation loss of a count model by its order. */
  record Text(
      Experiment.DataSource source,
      TextTokens tokens,
      IdSequence training,
      @Nullable IdSequence validation,
      IntToDoubleFunction counted,
      Runnable closing) {}

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String unit() {
    return unit;
  }

  final Preset preset(Settings settings) {
    String chosen = settings.get(recipe);
    return presets.stream().filter(it -> it.name().equals(chosen)).findFirst().orElseThrow();
  }

  /** The options of both tasks and the task's own, which take the place of those they rename. */
  final Options options(Option<?>... own) {
    Preset first = presets.getFirst();
    boolean asHidden = first.embedding() == 0;
    return Options.of(DATA, ENCODING, VALIDATION_DATA, VALIDATION, recipe)
        .and(
            LayerOptions.CELL.or(Spec.of("lstm")),
            LayerOptions.LAYERS.or(it -> preset(it).layers(), "" + first.layers()),
            LayerOptions.HIDDEN.or(it -> preset(it).hidden(), "" + first.hidden()),
            LayerOptions.EMBEDDING.or(
                it -> asHidden ? it.get(LayerOptions.HIDDEN) : preset(it).embedding(),
                asHidden ? "as --hidden" : "" + first.embedding()),
            LayerOptions.DROPOUT.or(it -> preset(it).dropout(), "" + first.dropout()),
            LayerOptions.BATCH.or(it -> preset(it).batch(), "" + first.batch()),
            TruncationOptions.CHUNK.or(it -> preset(it).chunk(), "" + first.chunk()),
            TruncationOptions.K1,
            TruncationOptions.K2)
        .and(own)
        .and(TrainingOptions.of(name, first.training(), it -> preset(it).training()));
  }

  @Override
  public final StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(TruncationOptions.K2), settings.get(LayerOptions.BATCH));
  }

  /** Reads a text to train on. */
  abstract Text read(Settings settings, TaskContext context);

  /** The recipe with what the task's own settings change in it. */
  abstract Recipe refine(Recipe plain, Settings settings);

  /** The ids of a text to measure a model on. */
  abstract IdSequence ids(TextTokens tokens, Path file, Charset charset);

  /** The score of a model that predicts ids that well. */
  abstract Score score(TextTokens tokens, IdSequence ids, TextMeasure measured);

  /** A loss in nats per character or word in the metric of the score. */
  abstract double metric(double loss);

  @Override
  public final Experiment open(Settings settings, TaskContext context) {
    TruncationOptions.require(settings);
    if (settings.isGiven(VALIDATION_DATA) && settings.get(VALIDATION) > 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected either --validation-data or --validation but got both; leave one out",
              name));
    }
    Text text = read(settings, context);
    TextTokens tokens = text.tokens();
    IdSequence ids = text.training();
    IdSequence held = text.validation();
    context.log(
        formatted(
            "%s: %,d %ss to train on, %,d to validate, %,d different",
            text.source().name(),
            ids.size(),
            tokens.noun(),
            held == null ? 0 : held.size(),
            tokens.size()));
    int batch = settings.get(LayerOptions.BATCH);
    int k1 = settings.get(TruncationOptions.K1);
    Recipe plain =
        Recipe.of(layers(settings, tokens.size()), LOSS)
            .withVocabularies(List.of(StoredText.stored(tokens)));
    return new Experiment(
        text.source(),
        refine(plain, settings),
        batches(ids, held, settings),
        held == null ? null : TextMeasure.chunks(name, tokens, held),
        formatted("chunks of %d x %d %ss", batch, k1, tokens.noun()),
        trained -> test(trained, text, settings),
        text.closing());
  }

  /** Chunks of the text, which is refused with what was held out of it if it is too short. */
  private static StreamBatcher batches(
      IdSequence ids, @Nullable IdSequence held, Settings settings) {
    try {
      return new StreamBatcher(
          ids,
          settings.get(LayerOptions.BATCH),
          settings.get(TruncationOptions.K1),
          settings.get(TruncationOptions.K2),
          settings.get(TrainingOptions.ACCUMULATE));
    } catch (InvalidOptionException e) {
      if (held == null || settings.isGiven(VALIDATION_DATA)) {
        throw e;
      }
      InvalidOptionException more =
          new InvalidOptionException(
              formatted(
                  "%s (not counting %,d held out for validation)", e.getMessage(), held.size()));
      more.initCause(e);
      throw more;
    }
  }

  private static Spec layers(Settings settings, int vocabulary) {
    int embedding = settings.get(LayerOptions.EMBEDDING);
    double dropout = settings.get(LayerOptions.DROPOUT);
    List<Spec> layers = new ArrayList<>();
    layers.add(Spec.of("embedding").with("vocabulary", vocabulary).with("size", embedding));
    if (dropout > 0) {
      layers.add(Spec.of("dropout").with("rate", dropout));
    }
    layers.addAll(LayerOptions.recurrent(settings));
    layers.add(Spec.of("dense").with("units", vocabulary));
    return Spec.of(SequenceModel.KIND).with("layers", layers);
  }

  /** Scores the trained model on the held-out part and lets it write a sample. */
  private Score test(LoadedModel trained, Text text, Settings settings) {
    TextGenerator model = trained.textGenerator();
    Map<String, Object> figures = new LinkedHashMap<>();
    String words = "no text was held out, so there is no validation loss";
    String metric = "validation_loss";
    Score.Baseline baseline = null;
    if (text.validation() == null) {
      figures.put(metric, Double.NaN);
    } else {
      Score score = score(text.tokens(), text.validation(), model.measure(text.validation()));
      score.figures().forEach((name, value) -> figures.put("validation_" + name, value));
      metric = "validation_" + score.metric();
      words = "validation " + score.text();
      double counted = text.counted().applyAsDouble(settings.get(BASELINE_ORDER));
      if (!text.tokens().kind().equals(TextTokens.BYTE_PAIRS)) {
        figures.put("baseline_loss", counted);
      }
      double other = metric(counted);
      figures.put("baseline_" + score.metric(), other);
      if (!Double.isNaN(counted)) {
        baseline = new Score.Baseline("a Witten-Bell n-gram model", other);
        words +=
            formatted(
                ", baseline %.3f: %.1f %% %s",
                other,
                100 * Math.abs(1 - score.value() / other),
                score.value() < other ? "better" : "worse");
      }
    }
    int length = settings.get(SAMPLE);
    if (length > 0) {
      GenerationSettings drawn =
          GenerationSettings.DEFAULT.withLength(length).withSeed(settings.get(SEED));
      String sample = model.generate("", drawn).text();
      words = formatted("sample:%n%s%n%n%s", sample.strip(), words);
    }
    return new Score(metric, true, baseline, figures, words, null);
  }

  /** The tokens that are taken over from the model of --from, or null if there is none. */
  final @Nullable TextTokens origin(Settings settings, TaskContext context, Option<?>... unused) {
    if (context.origin() == null) {
      return null;
    }
    for (Option<?> option : unused) {
      settings.requireEffective(option, "a run without --from, which takes over tokens", false);
    }
    TextTokens tokens = StoredText.of(context.origin(), settings.text(FROM));
    if ((tokens.words() != null) != unit.equals("word")) {
      throw new InvalidOptionException(
          formatted(
              "[%s] --from expected a model of %ss but %s is one of %ss",
              name, unit, settings.text(FROM), tokens.noun()));
    }
    return tokens;
  }

  @Override
  public final Evaluator evaluator() {
    return Evaluator.of(
        Options.of(DATA.alias("text").help("a text"), ENCODING),
        (model, settings) -> {
          TextGenerator generator = model.textGenerator();
          TextTokens tokens = generator.tokens();
          IdSequence ids = ids(tokens, settings.get(DATA), settings.get(ENCODING));
          return score(tokens, ids, generator.measure(ids));
        });
  }

  @Override
  public final List<Ability> abilities() {
    return LanguageAbilities.all();
  }
}
