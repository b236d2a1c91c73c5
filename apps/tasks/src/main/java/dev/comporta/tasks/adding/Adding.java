package dev.comporta.tasks.adding;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.JsonSequences;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.LoadedModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.AddingProblem;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The adding problem: can a cell remember two numbers over hundreds of timesteps (see {@link
 * AddingProblem})? One recurrent layer, whose last output a dense layer turns into the sum; full
 * back-propagation through time; new sequences in every update.
 */
public final class Adding implements Task {
  /** Called by the service loader. */
  public Adding() {}

  private static final String NAME = "adding";
  private static final Spec LOSS = Spec.of("mse");
  private static final int CHUNKS = 100;
  private static final int TESTED = 1000;
  private static final List<String> GATED = List.of("lstm", "gru");

  /** Options by which a cell has no forget gate, or initialises it by itself. */
  private static final List<String> OTHER_GATES =
      List.of("variant", "coupled", "forget-gate", "forget-bias", "chrono");

  private static final Option<Integer> LENGTH =
      Option.whole("length", 2).or(200).in(Group.DATA).help("timesteps of every sequence");
  private static final Option<String> START =
      Option.choice("start", "chrono", "standard")
          .or(it -> isPlain(it.get(CELL)) ? "chrono" : "standard", "chrono for plain lstm and gru")
          .help(
              "initial gate biases: chrono, for dependencies of up to --length timesteps (Tallec and Ollivier 2018), or standard");
  private static final Option<Double> GOAL =
      Option.real("goal", 0, 1)
          .or(0.0005)
          .in(Group.EVALUATION)
          .free()
          .help("mean squared error at which training ends; 0 to do all updates");

  private static boolean isPlain(Spec cell) {
    return GATED.contains(cell.name())
        && OTHER_GATES.stream().noneMatch(cell.options()::containsKey);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model of the adding problem, which sums two marked numbers of a long sequence";
  }

  @Override
  public String describe(double loss) {
    return formatted("mean squared error %.6f", loss);
  }

  @Override
  public Options options() {
    return Options.of(LENGTH, CELL.or(Spec.of("lstm")), HIDDEN.or(64), BATCH.or(32), START, GOAL)
        .and(TrainingOptions.of(NAME, TrainingDefaults.steps(2500, 0.006)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(LENGTH), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    Spec cell = settings.get(CELL);
    int length = settings.get(LENGTH);
    boolean chrono = settings.get(START).equals("chrono");
    if (chrono && !GATED.contains(cell.name())) {
      throw new InvalidOptionException(
          formatted(
              "[adding] --start chrono is for the gates of lstm and gru but the cell is %s; use standard",
              cell.name()));
    }
    Settings started = chrono ? settings.with(CELL, cell.with("chrono", length)) : settings;
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(started));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", 1));
    Spec model = Spec.of(SequenceModel.KIND).with("input-size", 2).with("layers", layers);
    var random = new CounterRandom(settings.get(SEED)).stream(NAME);
    int batch = settings.get(BATCH);
    int tested = Math.ceilDiv(TESTED, batch);
    return new Experiment(
        new Experiment.DataSource("sequences of the adding problem", ""),
        Recipe.of(model, LOSS).until(settings.get(GOAL)),
        new AddingProblem(random.stream("training"), length, batch, CHUNKS),
        new AddingProblem(random.stream("validation"), length, batch, tested),
        formatted("%d sequences of %,d timesteps per update", batch, length),
        trained -> score(trained, new AddingProblem(random.stream("test"), length, batch, tested)));
  }

  private static Score score(LoadedModel model, ChunkSource data) {
    Loss loss = model.catalog().loss(LOSS);
    double error = model.with(runner -> Evaluation.of(runner, loss, data)).mean();
    int sequences = data.chunks() * data.rows();
    String text = formatted("mean squared error %.6f over %,d new sequences", error, sequences);
    return Score.lower("test_loss", Map.of("test_loss", error), text)
        .against("guessing the mean", AddingProblem.GUESSING);
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(
            DATA.or(_ -> null, "new sequences")
                .help("JSON lines, as in {\"input\": [[0.3, 1], [0.2, 0]], \"target\": [0.3]}"),
            LENGTH.or(_ -> null, "as the model was trained"),
            SEED),
        (_, settings) -> {
          settings.requireNotBoth(DATA, LENGTH);
          settings.requireNotBoth(DATA, SEED);
        },
        (model, settings) -> {
          var file = settings.find(DATA);
          int length = settings.find(LENGTH).orElseGet(() -> trained(model).get(LENGTH));
          var random = new CounterRandom(settings.get(SEED)).stream("new");
          return score(
              model,
              file.isPresent()
                  ? JsonSequences.read(file.get(), 2, 1)
                  : new AddingProblem(random, length, 1, TESTED));
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Predict the sum of the marked numbers of each sequence, given as JSON lines",
            Options.of(),
            (model, settings, exchange) ->
                JsonSequences.forEach(
                    exchange,
                    2,
                    batch -> {
                      float sum =
                          model.with(runner -> runner.predict(batch, runner.newCarry(1)))[0];
                      exchange.answer(Map.of("sum", sum), formatted("%.6f", sum));
                    })));
  }
}
