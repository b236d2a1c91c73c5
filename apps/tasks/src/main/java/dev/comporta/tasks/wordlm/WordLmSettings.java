package dev.comporta.tasks.wordlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.CellChoice;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.StackMemory;
import dev.comporta.tasks.job.Truncation;
import dev.comporta.training.MemoryEstimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The settings of a training, each with its default and its range. */
record WordLmSettings(
    Path text,
    String validationText,
    Recipe recipe,
    CellChoice cell,
    int layers,
    int hidden,
    int embedding,
    int minimumFrequency,
    int vocabulary,
    Truncation truncation,
    int batch,
    double dropout,
    double initialRange,
    boolean summed,
    int baselineOrder,
    int sample,
    JobSettings job) {
  static final String TASK = "word-lm";

  /** What a resumed run may change, beside what all may. */
  static final Set<String> FREE_ON_RESUME =
      Set.of("text", "validation-text", "baseline-order", "sample");

  /** Stands for a minimum frequency that follows from the text. */
  static final int BY_TEXT = 0;

  private static final String SGD = "sgd";
  private static final String EPOCH_DECAY = "epoch-decay";
  private static final List<String> OVER_TIME = List.of("sum", "mean");

  private static JobDefaults defaults(Recipe recipe) {
    Spec schedule = Spec.of(EPOCH_DECAY).with("hold", recipe.hold).with("divisor", recipe.divisor);
    return new JobDefaults(TASK, recipe.epochs, 0, SGD, 1, schedule, recipe.clip, 1000);
  }

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(TaskOption.text("text", "", "train on this file of one sentence a line"));
    options.add(TaskOption.text("validation-text", "", "measure with this file after each epoch"));
    options.add(
        TaskOption.text(
            "recipe",
            Recipe.ZAREMBA_SMALL.option,
            "where other defaults come from, those shown are of the first: "
                + String.join(", ", Recipe.names())));
    options.add(CellChoice.option("lstm"));
    options.add(TaskOption.whole("layers", "2", "recurrent layers"));
    options.add(TaskOption.whole("hidden", "200", "hidden size of each"));
    options.add(TaskOption.whole("embedding", "as hidden", "size of a word's vector"));
    options.add(
        TaskOption.whole(
            "minimum-frequency",
            "1 if the text has <unk>, else 2",
            "words that are less frequent in the text are unknown"));
    options.add(
        TaskOption.whole(
            "vocabulary", "10000", "most words, with <unk> and the end of a sentence"));
    options.addAll(Truncation.options(Recipe.ZAREMBA_SMALL.chunk));
    options.add(TaskOption.whole("batch", "20", "streams that are trained on side by side"));
    options.add(
        TaskOption.real("dropout", "0", "share of each layer's inputs and outputs dropped"));
    options.add(
        TaskOption.real(
            "initial-range", "0.1", "parameters start between minus and plus this number"));
    options.add(TaskOption.whole("hold", "4", "epochs at the base learning rate, for epoch-decay"));
    options.add(
        TaskOption.real("divisor", "2", "what divides it after each further one, for epoch-decay"));
    options.add(
        TaskOption.text(
            "loss-over-time",
            "sum for sgd, else mean",
            "what learning rate and clip are meant for: a chunk's loss summed over its timesteps, or their mean"));
    options.add(TaskOption.whole("baseline-order", "2", "longest context of the count model"));
    options.add(TaskOption.whole("sample", "40", "words of the sample at the end"));
    options.addAll(JobSettings.options(defaults(Recipe.ZAREMBA_SMALL)));
    return options;
  }

  /** Reads given settings over the defaults; {@code resume} must have been dealt with before. */
  static WordLmSettings read(Spec given) {
    OptionReader options = given.reader();
    Recipe recipe = Recipe.named(options.text("recipe", Recipe.ZAREMBA_SMALL.option));
    JobSettings job = JobSettings.read(given, options, defaults(recipe));
    if (!given.options().containsKey("text")) {
      throw new InvalidOptionException(
          "[word-lm] expected --text, a file of one sentence a line, but got none");
    }
    boolean decay = given.options().containsKey("hold") || given.options().containsKey("divisor");
    if (decay && !job.schedule().name().equals(EPOCH_DECAY)) {
      throw new InvalidOptionException(
          formatted(
              "[word-lm] --hold and --divisor go with --schedule epoch-decay but it is %s; leave them out",
              job.schedule().name()));
    }
    OptionReader usual = job.schedule().reader();
    int hold = options.count("hold", 0, usual.count("hold", 0, recipe.hold));
    double divisor = options.positive("divisor", usual.positive("divisor", recipe.divisor));
    if (job.schedule().name().equals(EPOCH_DECAY)) {
      job = job.withSchedule(Spec.of(EPOCH_DECAY).with("hold", hold).with("divisor", divisor));
    }
    boolean sgd = job.optimizer().name().equals(SGD);
    boolean summed =
        options.choice("loss-over-time", sgd ? "sum" : "mean", OVER_TIME).equals("sum");
    if (summed && !sgd) {
      throw new InvalidOptionException(
          formatted(
              "[word-lm] --loss-over-time sum goes with --optimizer sgd but it is %s; use mean",
              job.optimizer().name()));
    }
    int hidden = options.count("hidden", 1, recipe.hidden);
    WordLmSettings settings =
        new WordLmSettings(
            Path.of(options.text("text", "")),
            options.text("validation-text", ""),
            recipe,
            CellChoice.read(options, "lstm"),
            options.count("layers", 1, 2),
            hidden,
            options.count("embedding", 1, hidden),
            options.count("minimum-frequency", 1, BY_TEXT),
            options.count("vocabulary", 3, 10_000),
            Truncation.read(options, recipe.chunk),
            options.count("batch", 1, 20),
            options.real("dropout", recipe.dropout, 0, 0.95),
            options.positive("initial-range", recipe.initialRange),
            summed,
            options.count("baseline-order", 0, 2),
            options.size("sample", 0, 40),
            job);
    options.requireAllRead();
    return settings;
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec kept() {
    Spec kept =
        Spec.of(TASK)
            .with("text", text.toString())
            .with("recipe", recipe.option)
            .with("cell", cell.toString())
            .with("layers", layers)
            .with("hidden", hidden)
            .with("embedding", embedding)
            .with("vocabulary", vocabulary)
            .with("batch", batch)
            .with("dropout", dropout)
            .with("initial-range", initialRange)
            .with("loss-over-time", OVER_TIME.get(summed ? 0 : 1));
    if (minimumFrequency != BY_TEXT) {
      kept = kept.with("minimum-frequency", minimumFrequency);
    }
    if (!validationText.isEmpty()) {
      kept = kept.with("validation-text", validationText);
    }
    if (job.schedule().name().equals(EPOCH_DECAY)) {
      for (var option : job.schedule().options().entrySet()) {
        kept = kept.with(option.getKey(), option.getValue());
      }
    }
    return job.keptIn(truncation.keptIn(kept));
  }

  /**
   * The job in terms of the mean loss, which the trainer makes small: the gradient of the sum over
   * T timesteps is T times as large.
   */
  JobSettings trainerJob() {
    return summed ? job.forSumOver(truncation.k1()) : job;
  }

  /** The memory of a training. */
  MemoryEstimate memory(int words, int slots) {
    return new StackMemory(cell.name(), layers, hidden, embedding, words, words)
        .estimate(truncation.k2(), batch, job.execution(), slots);
  }
}
