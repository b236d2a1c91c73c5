package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.compute.ComputeChoice;
import dev.comporta.inference.compute.ComputeFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The options that every training run has. */
@API(status = API.Status.EXPERIMENTAL)
public final class TrainingOptions {
  /** More rates than a search needs; each is kept until the search has ended. */
  private static final int MOST_RATES = 100_000;

  private static final double NO_LIMIT = Double.MAX_VALUE;

  /** What the model is trained on. A task without files leaves it out. */
  public static final Option<Path> DATA =
      Option.path("data", "FILE").keptIfGiven().free().help("train on this file");

  /** What the model is validated on after each epoch. */
  public static final Option<Path> VALIDATION_DATA =
      Option.path("validation-data", "FILE")
          .keptIfGiven()
          .free()
          .help("validate on this file after each epoch");

  /** The part of the data that is held out for validation. */
  public static final Option<Double> VALIDATION =
      Option.real("validation", 0.01, 0.9)
          .or(0.1)
          .in(Group.DATA)
          .keptIfGiven()
          .help("fraction of the data, chosen at random, held out for validation");

  /** What the trained model is scored on; no choice depends on it. */
  public static final Option<Path> TEST_DATA =
      Option.path("test-data", "FILE")
          .notKept()
          .help("also score the trained model on this file; never used to select a model");

  /** The encoding of texts. A task that reads no text leaves it out. */
  public static final Option<Charset> ENCODING =
      Option.charset("encoding")
          .in(Group.DATA)
          .or(StandardCharsets.UTF_8)
          .keptIfGiven()
          .free()
          .help("encoding of the text, as in windows-1252");

  /** The recurrent cell; each task has a default. */
  public static final Option<Spec> CELL =
      Option.spec("cell").help("recurrent cell, as in lstm:peepholes=true: see comporta catalog");

  /** Layers in place of the task's own. */
  public static final Option<Path> ARCHITECTURE =
      Option.path("architecture", "FILE")
          .in(Group.MODEL)
          .keptIfGiven()
          .help("replace the model's layers with those of this JSON file");

  /** A trained model from which this one starts. */
  public static final Option<Path> FROM =
      Option.path("from", "MODEL")
          .in(Group.MODEL)
          .keptIfGiven()
          .help(
              "start from the parameters of this model; tensors whose names or shapes differ are initialised");

  /** Passes over the training data. */
  public static final Option<Integer> EPOCHS =
      training(Option.whole("epochs", 1)).free().help("passes over the training data");

  /** Updates. */
  public static final Option<Integer> STEPS =
      training(Option.whole("steps", 1)).free().help("updates");

  /** The objective in place of the task's own. */
  public static final Option<Spec> LOSS =
      training(Option.spec("loss")).keptIfGiven().help("the objective: see comporta catalog");

  /** The optimizer. */
  public static final Option<Spec> OPTIMIZER =
      training(Option.spec("optimizer"))
          .help("as in sgd:momentum=0.9,nesterov=true: see comporta catalog");

  /** The base learning rate. */
  public static final Option<Double> LEARNING_RATE =
      training(Option.positive("learning-rate")).help("base learning rate");

  /** A search for the base learning rate. */
  public static final Option<Integer> FIND_LEARNING_RATE =
      training(Option.whole("find-learning-rate", 0, MOST_RATES))
          .or(0)
          .notKept()
          .help(
              "first search for the base learning rate, with this many updates at growing rates; 0 for no search");

  /** The learning-rate schedule. */
  public static final Option<Spec> SCHEDULE =
      training(Option.spec("schedule"))
          .help("learning-rate schedule, as in step:every=2,factor=0.5: see comporta catalog");

  /** Updates of growing learning rate. */
  public static final Option<Integer> WARMUP =
      training(Option.whole("warmup", 0))
          .or(0)
          .keptIfGiven()
          .help("warm-up updates before the schedule starts");

  /** The limit of gradients. */
  public static final Option<Double> CLIP =
      training(Option.real("clip", 0, NO_LIMIT))
          .help("clip gradients at this norm; 0 for no clipping");

  /** What the limit applies to. */
  public static final Option<String> CLIP_BY =
      training(Option.choice("clip-by", "norm", "value", "per-layer", "parameter-norm"))
          .or("norm")
          .keptIfGiven()
          .help("what --clip limits");

  /** Parameter groups. */
  public static final Option<String> GROUPS =
      training(Option.text("groups", "GROUPS"))
          .keptIfGiven()
          .help(
              "options of parameter groups, as in \"*.b:weight-decay=0; layers.0.*:frozen=true\"");

  /** Gradient accumulation. */
  public static final Option<Integer> ACCUMULATE =
      training(Option.whole("accumulate", 1))
          .or(1)
          .keptIfGiven()
          .help("chunks whose gradients are accumulated for one update");

  /** The weight of the L1 penalty. */
  public static final Option<Double> L1 =
      penalty("l1", "weight of the L1 penalty (sum of absolute kernel elements)");

  /** The weight of the L2 penalty. */
  public static final Option<Double> L2 =
      penalty("l2", "weight of the L2 penalty (sum of squared kernel elements)");

  /** The weight of activation regularization. */
  public static final Option<Double> ACTIVATION_PENALTY =
      penalty("activation-penalty", "weight of activation regularization (AR)");

  /** The weight of temporal activation regularization. */
  public static final Option<Double> TEMPORAL_ACTIVATION_PENALTY =
      penalty("temporal-activation-penalty", "weight of temporal activation regularization (TAR)");

  /** Weight averaging. */
  public static final Option<String> AVERAGE =
      Option.text("average", "NAME")
          .in(Group.REGULARIZATION)
          .or("none")
          .keptIfGiven()
          .help("weight averaging: none, ema, swa or asgd, as in ema:decay=0.99");

  /** How often the model is validated. */
  public static final Option<Integer> VALIDATE_EVERY =
      Option.whole("validate-every", 0)
          .in(Group.EVALUATION)
          .or(_ -> 0, "each epoch")
          .keptIfGiven()
          .help("updates between two validations");

  /** Early stopping. */
  public static final Option<Integer> PATIENCE =
      Option.whole("patience", 0)
          .in(Group.EVALUATION)
          .or(0)
          .keptIfGiven()
          .free()
          .help("stop after this many validations without improvement; 0 to train to the end");

  /** What counts as an improvement. */
  public static final Option<Double> MIN_GAIN =
      Option.real("min-gain", 0, NO_LIMIT)
          .in(Group.EVALUATION)
          .or(0.0)
          .keptIfGiven()
          .free()
          .help("smallest decrease of the validation loss that counts as an improvement");

  /** Which model is saved. */
  public static final Option<String> KEEP =
      Option.choice("keep", "last", "best")
          .in(Group.EVALUATION)
          .or(it -> it.get(PATIENCE) > 0 ? "best" : "last", "last; best with --patience")
          .help("save the last model, or the one with the lowest validation loss");

  /** The seed of all random numbers. */
  public static final Option<Integer> SEED =
      Option.whole("seed", 0).in(Group.COMPUTATION).or(1).help("seed of all random numbers");

  /** The threads that share the work. */
  public static final Option<Integer> THREADS =
      computation(Option.whole("threads", 1, ComputeFactory.MOST_THREADS))
          .or(_ -> ComputeFactory.defaultThreads(), "all processors")
          .help("number of threads; does not affect the results");

  /** The backend. */
  public static final Option<String> BACKEND =
      Option.text("backend", "NAME")
          .in(Group.COMPUTATION)
          .keptIfGiven() // by the name of the one that ran, so that a rerun gives the same bits
          .free()
          .or(_ -> ComputeFactory.PREFERRED, "the fastest that runs here")
          .help("simd or reference: see comporta catalog");

  /** How cells are run. */
  public static final Option<String> EXECUTION =
      computation(Option.choice("execution", "plan", "definition"))
          .or("plan")
          .help("run cells by compiled plan, or step by step as defined");

  /** The model file. */
  public static final Option<Path> OUT =
      Option.output("out", "FILE").help("write the model to this file");

  /** How often a checkpoint is written. */
  public static final Option<Integer> CHECKPOINT_EVERY =
      Option.whole("checkpoint-every", 0)
          .in(Group.FILES)
          .notKept()
          .help("updates between two checkpoints; 0 for one at the end only");

  /** A table of the run. */
  public static final Option<Path> CSV =
      Option.output("csv", "FILE").help("write a row for each update and validation to this table");

  /** Curves of the run. */
  public static final Option<Path> TENSORBOARD =
      Option.output("tensorboard", "FOLDER").help("write curves and histograms for TensorBoard");

  /** A checkpoint from which training continues. */
  public static final Option<Path> RESUME =
      Option.output("resume", "CHECKPOINT").help("continue from this checkpoint");

  private TrainingOptions() {}

  private static <T> Option<T> training(Option<T> option) {
    return option.in(Group.TRAINING);
  }

  private static <T> Option<T> computation(Option<T> option) {
    return option.in(Group.COMPUTATION).notKept();
  }

  private static Option<Double> penalty(String name, String help) {
    return Option.real(name, 0, NO_LIMIT).in(Group.REGULARIZATION).or(0.0).keptIfGiven().help(help);
  }

  /**
   * The options of a task's training runs.
   *
   * @param task the task's name, which names the model file
   * @param defaults their defaults
   * @return all of them but those that name data and the cell
   */
  public static Options of(String task, TrainingDefaults defaults) {
    return of(task, defaults, _ -> defaults);
  }

  /**
   * The options of a task whose defaults follow from other settings, such as a recipe.
   *
   * @param task the task's name, which names the model file
   * @param shown the defaults in the help
   * @param defaults the defaults by the settings
   * @return all of them but those that name data and the cell
   */
  public static Options of(
      String task, TrainingDefaults shown, Function<Settings, TrainingDefaults> defaults) {
    boolean epochs = shown.epochs() > 0;
    Option<Integer> steps =
        STEPS.or(
            it -> epochs || it.isGiven(STEPS) ? null : defaults.apply(it).steps(),
            epochs ? "" : Integer.toString(shown.steps()));
    Options lengths =
        epochs
            ? Options.of(
                EPOCHS.or(
                    it -> it.isGiven(STEPS) ? null : defaults.apply(it).epochs(),
                    Integer.toString(shown.epochs())),
                steps.help("updates, instead of --epochs"))
            : Options.of(steps);
    return Options.of(TEST_DATA, ARCHITECTURE, FROM)
        .and(lengths)
        .and(
            LOSS,
            OPTIMIZER.or(it -> Spec.of(defaults.apply(it).optimizer()), shown.optimizer()),
            LEARNING_RATE.or(
                it -> usualRate(it, defaults.apply(it)),
                formatted("%s for %s", shown.learningRate(), shown.optimizer())),
            FIND_LEARNING_RATE,
            SCHEDULE.or(it -> defaults.apply(it).schedule(), shown.schedule().name()),
            WARMUP,
            CLIP.or(it -> defaults.apply(it).clip(), number(shown.clip())),
            CLIP_BY,
            GROUPS,
            ACCUMULATE,
            L1,
            L2,
            ACTIVATION_PENALTY,
            TEMPORAL_ACTIVATION_PENALTY,
            AVERAGE,
            VALIDATE_EVERY,
            PATIENCE,
            MIN_GAIN,
            KEEP,
            SEED,
            RepetitionOptions.SEEDS,
            THREADS,
            BACKEND,
            EXECUTION,
            OUT.or(Path.of(task + ".comporta")),
            CHECKPOINT_EVERY.or(
                it -> defaults.apply(it).checkpointEvery(),
                Integer.toString(shown.checkpointEvery())),
            CSV,
            TENSORBOARD,
            RESUME);
  }

  /**
   * {@return what the settings choose to compute with}
   *
   * @param settings with {@link #BACKEND}, {@link #THREADS} and {@link #EXECUTION}
   */
  public static ComputeChoice computeChoice(Settings settings) {
    return new ComputeChoice(settings.get(BACKEND), settings.get(THREADS), settings.get(EXECUTION));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The task's learning rate belongs to the task's optimizer. */
  private static @Nullable Double usualRate(Settings settings, TrainingDefaults defaults) {
    Spec optimizer = settings.get(OPTIMIZER);
    return optimizer.name().equals(defaults.optimizer())
            && !optimizer.options().containsKey("learning-rate")
        ? defaults.learningRate()
        : null;
  }
}
