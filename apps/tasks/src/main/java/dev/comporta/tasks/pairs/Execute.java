package dev.comporta.tasks.pairs;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.EPOCHS;
import static dev.comporta.frame.training.TrainingOptions.SEED;
import static dev.comporta.frame.training.TrainingOptions.STEPS;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Examples;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.DecoderOptions;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.content.PairCodecs;
import dev.comporta.tasks.programs.ProgramGenerator;
import dev.comporta.tasks.programs.ProgramGenerator.Difficulty;
import dev.comporta.tasks.programs.ProgramGenerator.Use;
import dev.comporta.tasks.programs.ProgramReader;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.PairExamples;
import dev.comporta.training.text.CorpusReader;
import dev.comporta.training.text.ParallelText.Pair;
import dev.comporta.training.text.PlainSplitting;
import dev.comporta.training.text.TextCodec;
import dev.comporta.training.text.WordVocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a small program prints, character by character (Zaremba and Sutskever 2014, <i>Learning to
 * Execute</i>). Programs are generated, and run by an interpreter, as they are needed; those that
 * the model is scored on are never trained on. Compared with the most frequent digit.
 */
public final class Execute implements Task {
  /** Called by the service loader. */
  public Execute() {}

  private static final String NAME = "execute";
  private static final String ADDITIONS = "additions";
  private static final int LONG_PROGRAM = 40;
  private static final int MEASURED = 1000;

  private static final Option<String> OPERATIONS =
      Option.choice("operations", "all", ADDITIONS)
          .or("all")
          .in(Group.DATA)
          .help("all: all operations; additions: programs that print the sum of two numbers");
  private static final Option<Integer> LENGTH =
      Option.whole("length", 1, ProgramGenerator.MOST_LENGTH)
          .or(2)
          .in(Group.DATA)
          .help("maximum number of digits of a number");
  private static final Option<Integer> NESTING =
      Option.whole("nesting", 1, ProgramGenerator.MOST_NESTING)
          .or(it -> it.get(OPERATIONS).equals(ADDITIONS) ? null : 1, "1")
          .in(Group.DATA)
          .help("nesting depth of operations");
  private static final Option<String> CURRICULUM =
      Option.choice("curriculum", Curriculum.names())
          .or("combined")
          .in(Group.DATA)
          .help(
              "difficulty of training programs: none (always the full one), naive (increasing), mixed (random) or combined (naive and mixed)");
  private static final Option<Integer> PROGRAMS =
      Option.whole("programs", 1, 10_000_000)
          .or(10_000)
          .in(Group.DATA)
          .help("programs per epoch; each epoch generates new ones");
  private static final Option<Boolean> REVERSE_OUTPUT =
      Option.flag("reverse-output")
          .or(true)
          .legacy(false)
          .help("generate outputs from the last digit to the first, unlike the paper");
  private static final Option<Integer> MODELS_LENGTH =
      Option.whole("length", 1, ProgramGenerator.MOST_LENGTH)
          .or(_ -> null, "that of the model")
          .in(Group.DATA)
          .notKept()
          .help("maximum number of digits of a number in generated programs");
  private static final Option<Integer> MODELS_NESTING =
      Option.whole("nesting", 1, ProgramGenerator.MOST_NESTING)
          .or(_ -> null, "that of the model")
          .in(Group.DATA)
          .notKept()
          .help("nesting depth of operations in generated programs");
  private static final Option<Integer> TEST_PROGRAMS =
      Option.whole("programs", 1, 1_000_000)
          .or(MEASURED)
          .in(Group.DATA)
          .notKept()
          .help("programs to generate and score, without --data");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model that predicts the output of small programs (Zaremba and Sutskever 2014), compared with the most frequent digit";
  }

  @Override
  public String unit() {
    return "character";
  }

  @Override
  public Options options() {
    return Options.of(OPERATIONS, LENGTH, NESTING, CURRICULUM, PROGRAMS)
        .and(PairOptions.model())
        .and(
            DecoderOptions.ATTENTION.or(Spec.of("location").with("width", 3)),
            LayerOptions.HIDDEN
                .or(96)
                .help("hidden size of the decoder and of each direction of the encoder"),
            REVERSE_OUTPUT,
            BATCH.or(64).help("programs per batch"))
        .and(TrainingOptions.of(NAME, TrainingDefaults.epochs(4, 0.004)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(LONG_PROGRAM, settings.get(BATCH));
  }

  private static Difficulty goal(Settings settings) {
    return new Difficulty(
        settings.get(LENGTH),
        settings.find(NESTING).orElse(1),
        settings.get(OPERATIONS).equals(ADDITIONS));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    PairOptions.requireModel(settings, context.catalog());
    settings.requireEffective(NESTING, "--operations all", settings.get(OPERATIONS).equals("all"));
    int batch = settings.get(BATCH);
    int chunks = settings.get(PROGRAMS) / batch;
    if (chunks == 0) {
      throw new InvalidOptionException(
          formatted(
              "--programs expected at least the %d of one update but got %d",
              batch, settings.get(PROGRAMS)));
    }
    long updates =
        settings
            .find(STEPS)
            .map(Integer::longValue)
            .orElseGet(() -> (long) chunks * settings.get(EPOCHS));
    Difficulty goal = goal(settings);
    PairCodecs sides =
        context.origin() == null
            ? sides()
            : PairCodecs.of(context.origin(), settings.text(TrainingOptions.FROM));
    ProgramCodec codec = new ProgramCodec(sides, settings.get(REVERSE_OUTPUT));
    RandomSource random = new CounterRandom(settings.get(SEED)).stream(NAME);
    return new Experiment(
        new Experiment.DataSource("generated programs", ""),
        PairOptions.recipe(settings, sides),
        new ProgramExamples(
            Curriculum.of(settings.get(CURRICULUM)),
            goal,
            codec,
            batch,
            chunks,
            updates,
            random.stream("training")),
        new PairExamples(
            programs(goal, Use.VALIDATE, MEASURED, random).stream().map(codec::ids).toList(),
            sides.target().end(),
            batch,
            MEASURED,
            random.stream("order")),
        formatted(
            "%,d programs per epoch, %d characters",
            chunks * batch, sides.source().vocabulary().size()),
        trained -> {
          List<Pair> test = programs(goal, Use.TEST, MEASURED, random);
          ExecuteScores scores = new ExecuteScores(trained, codec.reversed(), test);
          return scores.score(
              ExecuteScores.mostFrequent(programs(goal, Use.TRAIN, MEASURED, random)), true);
        });
  }

  /** Different streams of programs for each use; the same seed gives the same programs. */
  private static List<Pair> programs(Difficulty goal, Use use, int count, RandomSource random) {
    RandomSource own = random.stream(use.name());
    List<Pair> programs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      programs.add(ProgramExamples.pair(goal, use, own.stream(i)));
    }
    return programs;
  }

  private static PairCodecs sides() {
    List<String> digits = new ArrayList<>(List.of("-"));
    for (int digit = 0; digit < 10; digit++) {
      digits.add(Integer.toString(digit));
    }
    return new PairCodecs(codec(ProgramGenerator.alphabet()), codec(digits));
  }

  private static TextCodec codec(List<String> characters) {
    List<String> tokens = new ArrayList<>(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    characters.forEach(it -> tokens.add(PlainSplitting.CHARACTERS.split(it)));
    return new TextCodec(PlainSplitting.CHARACTERS, WordVocabulary.ofTokens(tokens));
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            DATA.help("a file of programs, separated by empty lines"),
            TrainingOptions.ENCODING,
            MODELS_LENGTH,
            MODELS_NESTING,
            TEST_PROGRAMS,
            SEED),
        this::evaluate);
  }

  private Score evaluate(LoadedModel model, Settings settings) {
    boolean given = settings.isGiven(DATA);
    for (Option<Integer> option : List.of(MODELS_LENGTH, MODELS_NESTING, TEST_PROGRAMS, SEED)) {
      settings.requireEffective(option, "generated programs, not --data", !given);
    }
    settings.requireEffective(TrainingOptions.ENCODING, "--data", given);
    Settings trained = trained(model);
    List<Pair> programs;
    if (given) {
      var file = CorpusReader.read(settings.get(DATA), settings.get(TrainingOptions.ENCODING));
      programs =
          ProgramReader.read(file.name(), file.text()).stream()
              .map(it -> new Pair(it.program(), it.output()))
              .toList();
    } else {
      Difficulty own = goal(trained);
      Difficulty asked =
          new Difficulty(
              settings.find(MODELS_LENGTH).orElse(own.length()),
              settings.find(MODELS_NESTING).orElse(own.nesting()),
              own.additions());
      RandomSource random = new CounterRandom(settings.get(SEED)).stream("evaluation");
      programs = programs(asked, Use.TEST, settings.get(TEST_PROGRAMS), random);
    }
    return new ExecuteScores(model, trained.get(REVERSE_OUTPUT), programs)
        .score(ExecuteScores.mostFrequent(programs), false);
  }

  @Override
  public List<Ability> abilities() {
    return List.of(ExecuteAbility.predict(model -> trained(model).get(REVERSE_OUTPUT)));
  }

  @Override
  public Optional<Examples> examples() {
    return Optional.of(
        new Examples(
            "programs that are never used in training, with their output",
            Options.of(Examples.COUNT, LENGTH, NESTING, OPERATIONS, Examples.SEED),
            settings -> {
              int count = settings.get(Examples.COUNT);
              RandomSource random =
                  new CounterRandom(settings.get(Examples.SEED)).stream("programs to try");
              StringBuilder text = new StringBuilder();
              for (Pair it : programs(goal(settings), Use.TEST, count, random)) {
                text.append(it.source()).append("\n# ").append(it.target()).append("\n\n");
              }
              return List.of(
                  new Examples.Example(
                      "programs.txt",
                      formatted("%,d programs", count),
                      () -> text.toString().getBytes(StandardCharsets.UTF_8)));
            }));
  }
}
