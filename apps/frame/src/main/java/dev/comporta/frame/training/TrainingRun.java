package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.ProviderException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.Recipe;
import dev.comporta.frame.Score;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.TaskReport;
import dev.comporta.frame.memory.TrainingOutline;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.serialization.Checkpoint;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFormats;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.ChunkSource;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A training run of any task, from settings to a model file: checks, data, memory, training, the
 * test on held-out data, the file.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TrainingRun {
  private final Task task;
  private final TaskContext context;
  private @Nullable Provenance required;

  /**
   * A run.
   *
   * @param task what is trained
   * @param context what surrounds the run
   */
  public TrainingRun(Task task, TaskContext context) {
    this.task = task;
    this.context = context;
  }

  /**
   * Requires the data of another run.
   *
   * @param other where a model comes from
   * @return this run
   */
  TrainingRun requireData(Provenance other) {
    required = other;
    return this;
  }

  /**
   * Trains.
   *
   * @param given the settings that were given, by name
   * @return how it ended
   * @throws ComportaException if the settings or the data cannot be used
   */
  public TaskReport run(Map<String, ?> given) {
    Settings settings = Settings.of(task.name(), task.options(), given);
    return RepetitionOptions.isRepeated(settings)
        ? new Repetitions(task, context).run(settings)
        : run(settings);
  }

  /** The same for settings that were read before, and one run. */
  TaskReport run(Settings given) {
    return once(given, false).report();
  }

  /**
   * How a run ended.
   *
   * @param run its scores
   * @param report the same for the user
   */
  record Completed(RunReport run, TaskReport report) {}

  /**
   * One run.
   *
   * @param given its settings
   * @param scoredOnly whether its files are deleted, and only its score is kept
   */
  Completed once(Settings given, boolean scoredOnly) {
    Start start = start(given);
    Settings settings = start.settings();
    RunFiles files = RunFiles.of(settings);
    ModelFile origin = origin(settings);
    HeldLog log = new HeldLog(context.log());
    TaskContext here = here(origin, log);
    try (Outputs _ = Outputs.claim(files, context.log());
        Experiment experiment =
            ProviderException.returned(task, task.open(settings, here), "open()");
        Compute compute =
            new ComputeFactory(context.catalog()).open(TrainingOptions.computeChoice(settings))) {
      requireSameData(
          start.checkpoint() == null ? required : start.checkpoint().model().provenance(),
          experiment.data());
      RunRules.requireValidation(settings, experiment.validation() != null);
      Recipe recipe = recipe(settings, experiment, here);
      TrainingOutline outline = outline(settings, experiment, recipe);
      MemoryCheck.require(outline, context.catalog(), compute, log);
      SequenceModel model = model(settings, recipe, start.checkpoint(), origin, log);
      recipe.requireFinishable(model);
      ModelOutput output =
          new ModelOutput(files, settings, recipe, experiment.data(), compute, context);
      output.rehearse(model);
      ModelRunner runner = compute.runner(model);
      log.release();
      tell(settings, experiment, model, compute, here);
      TrainingLoop loop =
          new TrainingLoop(settings, recipe, experiment, compute, output, files.recording(), here);
      TrainingLoop.Outcome outcome = loop.train(model, runner, start.checkpoint());
      boolean first = context.distribution().exchange().rank() == 0;
      if (outcome.stopped() || !first) {
        if (outcome.stopped() && !scoredOnly) {
          context.log(
              formatted(
                  "stopped after step %d; continue with: %s",
                  outcome.result().steps(),
                  context.commandLine("train", task.name(), "--resume", files.checkpoint())));
        }
        RunReport report = new RunReport(task, outcome, null, null);
        return new Completed(
            report,
            new TaskReport(
                report.figures(model, compute, files.checkpoint()), "", outcome.stopped()));
      }
      if (recipe.finish() != null) {
        context.log(recipe.finish().apply(model, runner));
      }
      LoadedModel trained =
          LoadedModel.of(
              files.out().toString(),
              output.file(model),
              model,
              runner,
              compute,
              context.catalog());
      Score score = experiment.test().apply(trained);
      Score test =
          settings
              .find(TrainingOptions.TEST_DATA)
              .map(data -> test(trained, settings, data))
              .orElse(null);
      RunReport report = new RunReport(task, outcome, score, test);
      output.save(model, report.metrics());
      return new Completed(
          report,
          new TaskReport(
              report.figures(model, compute, files.out()), report.text(files.out()), false));
    }
  }

  /**
   * What a run would be, without training.
   *
   * @param given the settings that were given, by name
   * @return model, rules and sizes
   * @throws ComportaException if the settings or the data cannot be used
   */
  public TrainingOutline outline(Map<String, ?> given) {
    Settings settings = start(Settings.of(task.name(), task.options(), given)).settings();
    HeldLog log = new HeldLog(context.log());
    TaskContext here = here(origin(settings), log);
    try (Experiment experiment =
        ProviderException.returned(task, task.open(settings, here), "open()")) {
      TrainingOutline outline = outline(settings, experiment, recipe(settings, experiment, here));
      log.release();
      return outline;
    }
  }

  private Start start(Settings given) {
    Start start = Start.of(task, given, context.catalog(), context.log());
    Settings settings = start.settings();
    RunRules.requireUsable(settings, context.catalog());
    if (settings.options().has(TrainingOptions.CELL)) {
      context.catalog().cell(settings.get(TrainingOptions.CELL), 1, 1);
    }
    return start;
  }

  /**
   * The model from which training continues: read, not mapped, as it may be replaced at the end.
   */
  private @Nullable ModelFile origin(Settings settings) {
    return settings
        .find(TrainingOptions.FROM)
        .map(file -> ModelFormats.readWhole(file, context.catalog()))
        .orElse(null);
  }

  /** What surrounds the task: the model from which training continues, and the log. */
  private TaskContext here(@Nullable ModelFile origin, Consumer<String> log) {
    return context.from(origin == null ? null : origin.withoutTensors()).loggingTo(log);
  }

  /** The experiment's recipe with what the user replaces in it. */
  private Recipe recipe(Settings settings, Experiment experiment, TaskContext here) {
    Recipe recipe = experiment.recipe();
    Path architecture = settings.find(TrainingOptions.ARCHITECTURE).orElse(null);
    if (architecture != null) {
      recipe =
          recipe.withModel(Architecture.replace(architecture, recipe.model(), context.catalog()));
    } else if (isAdopted(here)) {
      recipe =
          recipe.withModel(
              Architecture.adopted(
                  settings.text(TrainingOptions.FROM),
                  Objects.requireNonNull(here.origin()).spec(),
                  recipe.model(),
                  context.catalog()));
      here.log("the layers are those of " + settings.text(TrainingOptions.FROM));
    }
    Spec loss = settings.find(TrainingOptions.LOSS).orElse(null);
    return loss == null ? recipe : recipe.minimising(loss);
  }

  /** Whether the layers are those of another tool's model, unless a file describes them. */
  private static boolean isAdopted(TaskContext here) {
    return here.origin() != null && here.origin().isImported();
  }

  private static TrainingOutline outline(Settings settings, Experiment experiment, Recipe recipe) {
    Batch first = experiment.training().batch(0, 0);
    return new TrainingOutline(
        recipe.model(),
        recipe.objective(),
        settings.get(TrainingOptions.OPTIMIZER),
        first.targetSize(),
        MemoryCheck.sizes(experiment.training(), experiment.validation()),
        TrainingOptions.computeChoice(settings));
  }

  private static void requireSameData(@Nullable Provenance trained, Experiment.DataSource data) {
    if (trained != null && !data.matches(trained.dataSha256())) {
      throw new ComportaException(
          formatted(
              "[data] the model was trained on %s with SHA-256 %s, but %s has %s; give the same data",
              trained.data(), trained.dataSha256(), data.name(), data.sha256()));
    }
  }

  /** The checkpoint's model, or a new one, each parameter filled as its initialiser says. */
  private SequenceModel model(
      Settings settings,
      Recipe recipe,
      @Nullable Checkpoint checkpoint,
      @Nullable ModelFile origin,
      Consumer<String> log) {
    if (checkpoint != null) {
      if (!checkpoint.model().spec().equals(recipe.model())) {
        throw new ComportaException(
            "[resume] expected the checkpoint to hold the model that its settings describe but it holds another; train from the start without --resume");
      }
      return Models.build(checkpoint.model(), "the checkpoint", context.catalog());
    }
    SequenceModel model = SequenceModel.build(recipe.model(), context.catalog());
    RandomSource random =
        new CounterRandom(settings.get(TrainingOptions.SEED)).stream("parameters");
    for (var parameter : model.parameterSpecs()) {
      context
          .catalog()
          .initializer(recipe.initializer().apply(parameter))
          .fill(
              parameter,
              model.parameters().values(),
              model.parameters().get(parameter.name()).offset(),
              random.stream(parameter.name()));
    }
    model.parameters().all().forEach(parameter -> start(model, parameter, recipe.start()));
    model.parameters().changed();
    if (origin != null) {
      Reuse.copy(origin, model, log);
    }
    return model;
  }

  /** Gives a parameter the values that are known before training. */
  private static void start(SequenceModel model, Parameter parameter, Map<String, float[]> known) {
    float[] values = known.get(parameter.name());
    if (values == null || values.length != parameter.shape().count()) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isNaN(values[i])) {
        model.parameters().values()[parameter.offset() + i] = values[i];
      }
    }
  }

  private void tell(
      Settings settings,
      Experiment experiment,
      SequenceModel model,
      Compute compute,
      TaskContext here) {
    boolean replaced = settings.find(TrainingOptions.ARCHITECTURE).isPresent() || isAdopted(here);
    String cell =
        settings.options().has(TrainingOptions.CELL) && !replaced
            ? " (" + settings.text(TrainingOptions.CELL) + ")"
            : "";
    ChunkSource training = experiment.training();
    context.log(
        formatted(
            "training %,d parameters%s on %s: %s, %,d %s per epoch",
            model.parameters().count(),
            cell,
            compute.description(),
            experiment.size(),
            training.chunks(),
            training.chunks() == 1 ? "chunk" : "chunks"));
  }

  /** Reads the test data as the training data were read, such as in the same encoding. */
  private Score test(LoadedModel trained, Settings settings, Path data) {
    var evaluator = task.evaluator();
    return evaluator.evaluate(
        trained, settings.shared("evaluate", evaluator.options()).with(TrainingOptions.DATA, data));
  }
}
