package example.plugin.task;

import static dev.comporta.frame.training.LayerOptions.BATCH;
import static dev.comporta.frame.training.LayerOptions.CELL;
import static dev.comporta.frame.training.LayerOptions.HIDDEN;
import static dev.comporta.frame.training.TrainingOptions.SEED;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Ability;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.data.JsonSequences;
import dev.comporta.inference.LoadedModel;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingDefaults;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.Evaluation;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code comporta train multiplying}: a cell remembers two numbers of a sequence and multiplies. */
public final class Multiplying implements Task {
  private static final String NAME = "multiplying";
  private static final Spec LOSS = Spec.of("log-cosh");
  private static final int CHUNKS = 100;
  private static final int TESTED = 1000;

  private static final Option<Integer> LENGTH =
      Option.whole("length", 2).or(20).in(Group.DATA).help("timesteps of every sequence");

  /** Called by the service loader. */
  public Multiplying() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a model of the multiplication problem, the product of two marked numbers";
  }

  @Override
  public String describe(double loss) {
    return String.format(Locale.ROOT, "log-cosh loss %.6f", loss);
  }

  @Override
  public Options options() {
    return Options.of(LENGTH, CELL.or(Spec.of("fast-grnn")), HIDDEN.or(32), BATCH.or(32))
        .and(TrainingOptions.of(NAME, TrainingDefaults.steps(2000, 0.003)));
  }

  @Override
  public StepSize stepSize(Settings settings) {
    return new StepSize(settings.get(LENGTH), settings.get(BATCH));
  }

  @Override
  public Experiment open(Settings settings, TaskContext context) {
    int length = settings.get(LENGTH);
    int batch = settings.get(BATCH);
    List<Spec> layers = new ArrayList<>(LayerOptions.recurrent(settings));
    layers.add(Spec.of("pool-time").with("mode", "last"));
    layers.add(Spec.of("dense").with("units", 1));
    Spec model = Spec.of(SequenceModel.KIND).with("input-size", 2).with("layers", layers);
    var random = new CounterRandom(settings.get(SEED)).stream(NAME);
    int tested = Math.ceilDiv(TESTED, batch);
    return new Experiment(
        new Experiment.DataSource("sequences of the multiplication problem", ""),
        Recipe.of(model, LOSS),
        new MultiplicationProblem(random.stream("training"), length, batch, CHUNKS),
        new MultiplicationProblem(random.stream("validation"), length, batch, tested),
        String.format(Locale.ROOT, "%d sequences of %d timesteps per update", batch, length),
        trained ->
            score(
                trained, new MultiplicationProblem(random.stream("test"), length, batch, tested)));
  }

  private static Score score(LoadedModel model, ChunkSource data) {
    double error = model.with(runner -> Evaluation.of(runner, model.catalog().loss(Spec.of("mse")), data)).mean();
    String text =
        String.format(
            Locale.ROOT,
            "mean squared error %.6f over %d new sequences",
            error,
            data.chunks() * data.rows());
    return Score.lower("test_error", Map.of("test_error", error), text)
        .against("guessing the mean", MultiplicationProblem.GUESSING);
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.of(
        Options.of(LENGTH.or(_ -> null, "as the model was trained"), SEED),
        (model, settings) -> {
          int length = settings.find(LENGTH).orElseGet(() -> trained(model).get(LENGTH));
          var random = new CounterRandom(settings.get(SEED)).stream("new");
          return score(model, new MultiplicationProblem(random, length, 1, TESTED));
        });
  }

  @Override
  public List<Ability> abilities() {
    return List.of(
        Ability.predict(
            "Predict the product of the marked numbers of each sequence, given as JSON lines",
            Options.of(),
            (model, settings, exchange) ->
                JsonSequences.forEach(
                    exchange,
                    2,
                    batch -> {
                      float product =
                          model.with(runner -> runner.predict(batch, runner.newCarry(1)))[0];
                      exchange.answer(
                          Map.of("product", product),
                          String.format(Locale.ROOT, "%.6f", product));
                    })));
  }
}
