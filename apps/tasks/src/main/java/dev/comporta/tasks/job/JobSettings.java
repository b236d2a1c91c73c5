package dev.comporta.tasks.job;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.cells.model.ForecastChunk;
import dev.comporta.tasks.ComputeChoice;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.SpecText;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TrainingOutline;
import dev.comporta.training.TrainingRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * The settings that every training has: how long, by which rules, on what, and where to.
 *
 * @param task the task's name
 * @param epochs passes over the data, or 0
 * @param steps updates, or 0 if epochs are counted
 * @param optimizer its name and options
 * @param learningRate the base learning rate, or {@link #OPTIMIZERS_OWN}
 * @param schedule the course of the learning rate
 * @param clip the largest norm of all gradients; 0 for no limit
 * @param seed of all random numbers
 * @param threads that share the work
 * @param backend a backend's name or {@link ComputeFactory#PREFERRED}
 * @param execution {@code plan} or {@code definition}
 * @param out the model file to write
 * @param checkpointEvery updates between checkpoints; 0 for the end only
 * @param methods what else belongs to an update, and what is measured and kept
 * @param search for the base learning rate
 * @param recording where its course is written down
 */
@API(status = API.Status.EXPERIMENTAL)
public record JobSettings(
    String task,
    int epochs,
    int steps,
    Spec optimizer,
    double learningRate,
    Spec schedule,
    double clip,
    int seed,
    int threads,
    String backend,
    String execution,
    Path out,
    int checkpointEvery,
    MethodSettings methods,
    RateSearch search,
    Recording recording) {
  /** The option that names a checkpoint to go on from. */
  public static final String RESUME = "resume";

  /** What follows the name of a model for its checkpoint. */
  static final String CHECKPOINT = ".checkpoint";

  /** What follows the name of a model for the best one so far. */
  static final String BEST = ".best";

  /** Stands for the learning rate that the optimizer has by itself. */
  public static final double OPTIMIZERS_OWN = 0;

  /** What a resumed run may change: nothing that the parameters depend on. */
  private static final Set<String> FREE_ON_RESUME =
      Set.of(
          "epochs",
          "steps",
          "threads",
          "backend",
          "execution",
          "out",
          "checkpoint-every",
          "csv",
          "tensorboard");

  static boolean isFreeOnResume(String option) {
    return FREE_ON_RESUME.contains(option) || MethodSettings.FREE_ON_RESUME.contains(option);
  }

  /**
   * The options of every training, for the help.
   *
   * @param defaults the task's
   * @return in order
   */
  public static List<TaskOption> options(JobDefaults defaults) {
    List<TaskOption> options = new ArrayList<>();
    if (defaults.epochs() > 0) {
      options.add(
          TaskOption.whole(
              "epochs", Integer.toString(defaults.epochs()), "passes over the training data"));
      options.add(TaskOption.whole("steps", "", "updates, instead of epochs"));
    } else {
      options.add(TaskOption.whole("steps", Integer.toString(defaults.steps()), "updates"));
    }
    options.add(
        TaskOption.text(
            "optimizer",
            defaults.optimizer(),
            "as in sgd:momentum=0.9,nesterov=true: see comporta catalog"));
    options.add(
        TaskOption.real(
            "learning-rate",
            formatted("%s for %s", defaults.learningRate(), defaults.optimizer()),
            "base learning rate"));
    options.add(RateSearch.option());
    options.add(
        TaskOption.text(
            "schedule",
            defaults.schedule().name(),
            "course of the learning rate, as in step:every=2,factor=0.5: see comporta catalog"));
    options.add(
        TaskOption.real(
            "clip", number(defaults.clip()), "largest norm of all gradients; 0 for no limit"));
    options.addAll(MethodSettings.options());
    options.add(TaskOption.whole("seed", "1", "seed of all random numbers"));
    options.add(TaskOption.whole("threads", "all processors", "threads that share the work"));
    options.add(
        TaskOption.text("backend", "the fastest here", "simd or reference: see comporta catalog"));
    options.add(TaskOption.text("execution", "plan", "how cells run: plan or definition"));
    options.add(TaskOption.text("out", defaults.task() + ".comporta", "the model file to write"));
    options.add(
        TaskOption.whole(
            "checkpoint-every",
            Integer.toString(defaults.checkpointEvery()),
            "updates between checkpoints; 0 for the end only"));
    options.addAll(Recording.options());
    options.add(TaskOption.text(RESUME, "", "go on from this checkpoint"));
    return options;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /**
   * Reads these settings; {@code resume} must have been dealt with before.
   *
   * @param given what was given, for what may not be given together
   * @param options a reader of the same, which the task reads on with
   * @param defaults the task's
   * @return the settings
   * @throws InvalidOptionException if a value is out of range
   */
  public static JobSettings read(Spec given, OptionReader options, JobDefaults defaults) {
    boolean bySteps = given.options().containsKey("steps");
    if (bySteps && given.options().containsKey("epochs")) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected either epochs or steps but got both; leave one out", defaults.task()));
    }
    given
        .options()
        .forEach((name, value) -> {
          if (value instanceof String text && text.isBlank()) {
            throw new InvalidOptionException(formatted("--%s expected text but got none", name));
          }
        });
    int epochs =
        bySteps || defaults.epochs() == 0 ? 0 : options.count("epochs", 1, defaults.epochs());
    int steps = epochs > 0 ? 0 : options.count("steps", 1, defaults.steps());
    Spec optimizer = SpecText.parse("--optimizer", options.text("optimizer", defaults.optimizer()));
    requireOneRate(given, optimizer);
    boolean usual =
        optimizer.name().equals(defaults.optimizer())
            && !optimizer.options().containsKey("learning-rate");
    double otherwise = usual ? defaults.learningRate() : OPTIMIZERS_OWN;
    String schedule = options.text("schedule", defaults.schedule().name());
    return new JobSettings(
        defaults.task(),
        epochs,
        steps,
        optimizer,
        given.options().containsKey("learning-rate")
            ? options.positive("learning-rate", 1)
            : otherwise,
        schedule.equals(defaults.schedule().name())
            ? defaults.schedule()
            : SpecText.parse("--schedule", schedule),
        options.real("clip", defaults.clip(), 0, Double.MAX_VALUE),
        options.count("seed", 0, 1),
        options.count("threads", 1, ComputeFactory.defaultThreads()),
        options.text("backend", ComputeFactory.PREFERRED),
        options.text("execution", "plan"),
        Path.of(options.text("out", defaults.task() + ".comporta")),
        options.count("checkpoint-every", 0, defaults.checkpointEvery()),
        MethodSettings.read(options),
        RateSearch.read(given, options),
        Recording.read(options));
  }

  /** Refuses a learning rate of the optimizer beside another, which would count alone. */
  private static void requireOneRate(Spec given, Spec optimizer) {
    if (optimizer.options().containsKey("learning-rate")) {
      for (String other : List.of("learning-rate", RateSearch.NAME)) {
        if (given.options().containsKey(other)
            && !Long.valueOf(0).equals(given.options().get(other))) {
          throw new InvalidOptionException(
              "["
                  + given.name()
                  + "] expected either --"
                  + other
                  + " or the option learning-rate of --optimizer but got both; leave one out");
        }
      }
    }
  }

  /**
   * What the parameters depend on, as a model file keeps it.
   *
   * @param kept what the task keeps
   * @return the same and these settings
   */
  public Spec keptIn(Spec kept) {
    Spec all = steps > 0 ? kept.with("steps", steps) : kept.with("epochs", epochs);
    all =
        all.with("optimizer", SpecText.print(optimizer))
            .with("schedule", SpecText.print(schedule))
            .with("clip", clip)
            .with("seed", seed);
    all = learningRate == OPTIMIZERS_OWN ? all : all.with("learning-rate", learningRate);
    return methods.keptIn(all);
  }

  /**
   * The same settings with another course of the learning rate.
   *
   * @param other the schedule with its options
   * @return the changed settings
   */
  public JobSettings withSchedule(Spec other) {
    return new JobSettings(
        task,
        epochs,
        steps,
        optimizer,
        learningRate,
        other,
        clip,
        seed,
        threads,
        backend,
        execution,
        out,
        checkpointEvery,
        methods,
        search,
        recording);
  }

  /**
   * The same settings for the mean loss, where these were meant for the sum over the timesteps of a
   * chunk: its gradient is so many times as large.
   *
   * @param timesteps of a chunk
   * @return the changed settings
   */
  public JobSettings forSumOver(int timesteps) {
    return new JobSettings(
        task,
        epochs,
        steps,
        optimizer,
        learningRate * timesteps,
        schedule,
        clip / timesteps,
        seed,
        threads,
        backend,
        execution,
        out,
        checkpointEvery,
        methods,
        search.scaled(timesteps),
        recording);
  }

  /**
   * Refuses unknown names and places that cannot be written, before anything else is done, and
   * keeps other trainings from writing there.
   *
   * @param catalog where names are found
   * @param log takes a line where the file system has no locks
   * @return to be closed after training
   */
  public Outputs claim(Catalog catalog, Consumer<String> log) {
    optimizer(catalog);
    schedule(catalog);
    methods.requireUsable(optimizer, catalog);
    return Outputs.claim(this, log);
  }

  /**
   * A new optimizer.
   *
   * @param catalog where it is found
   * @return the optimizer
   */
  public Optimizer optimizer(Catalog catalog) {
    return catalog.build(
        Kind.OPTIMIZER, optimizer, (provider, options) -> provider.create(options));
  }

  private Schedule schedule(Catalog catalog) {
    return catalog.build(
        Kind.SCHEDULE,
        methods.warmed(schedule),
        (provider, options) -> provider.create(options, catalog));
  }

  /**
   * What was chosen to compute with.
   *
   * @return backend, threads, execution
   */
  public ComputeChoice compute() {
    return new ComputeChoice(backend, threads, execution);
  }

  /**
   * A training by these settings as far as it is known before the first step.
   *
   * @param model the layers
   * @param loss the loss by name, for targets that are labels
   * @param chunks the sizes of what goes through the model, the usual chunk first
   * @return the outline
   */
  public TrainingOutline outline(Spec model, Spec loss, List<ForecastChunk> chunks) {
    return outline(model, loss, 0, chunks);
  }

  /**
   * The same for targets that are vectors.
   *
   * @param model the layers
   * @param loss the loss by name
   * @param targetSize columns of the target, or 0 for labels
   * @param chunks the sizes of what goes through the model, the usual chunk first
   * @return the outline
   */
  public TrainingOutline outline(
      Spec model, Spec loss, int targetSize, List<ForecastChunk> chunks) {
    return new TrainingOutline(model, loss, optimizer, targetSize, chunks, compute());
  }

  /**
   * The rules of an update.
   *
   * @param loss what to make small
   * @param catalog where optimizer and schedule are found
   * @return the rules
   */
  public TrainingRules rules(Loss loss, Catalog catalog) {
    return new TrainingRules(loss, optimizer(catalog), schedule(catalog), methods.clipping(clip))
        .withGroups(methods.parameterGroups(optimizer, catalog))
        .withPenalties(methods.penalties())
        .accumulating(methods.accumulate());
  }

  /**
   * The base learning rate.
   *
   * @param own the optimizer, which may have a rate of its own
   * @return above 0
   */
  public double baseRate(Optimizer own) {
    return learningRate == OPTIMIZERS_OWN ? own.defaultLearningRate() : learningRate;
  }

  /**
   * Where checkpoints go.
   *
   * @return beside the model file
   */
  public Path checkpoint() {
    return out.resolveSibling(out.getFileName() + CHECKPOINT);
  }

  /**
   * Where the best model so far goes while training lasts.
   *
   * @return beside the model file
   */
  public Path best() {
    return out.resolveSibling(out.getFileName() + BEST);
  }
}
