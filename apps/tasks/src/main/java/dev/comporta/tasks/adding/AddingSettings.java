package dev.comporta.tasks.adding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.CellChoice;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.StackMemory;
import dev.comporta.training.MemoryEstimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The settings of a training, each with its default and its range. */
record AddingSettings(
    int length,
    CellChoice cell,
    int hidden,
    int batch,
    boolean chrono,
    double goal,
    JobSettings job) {
  static final String TASK = "adding";

  private static final List<String> STARTS = List.of("chrono", "standard");
  private static final Set<String> GATED = Set.of("lstm", "gru");

  /** Options that may leave an LSTM without a forget gate, or say themselves how it starts. */
  private static final Set<String> OTHER_GATES =
      Set.of("variant", "coupled", "forget-gate", "forget-bias", "chrono");

  private static final JobDefaults DEFAULTS =
      new JobDefaults(TASK, 0, 2500, "adam", 0.006, Spec.of("cosine"), 1, 1000);

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(TaskOption.whole("length", "200", "timesteps of every sequence"));
    options.add(CellChoice.option("lstm"));
    options.add(TaskOption.whole("hidden", "64", "hidden size"));
    options.add(TaskOption.whole("batch", "32", "sequences of an update"));
    options.add(
        TaskOption.text(
            "start",
            "chrono for lstm and gru as they are, else standard",
            "how gate biases start: chrono, for memories up to the length, or standard, as the cell has them"));
    options.add(
        TaskOption.real(
            "goal", "0.0005", "mean squared error at which training ends; 0 to do all updates"));
    options.addAll(JobSettings.options(DEFAULTS));
    return options;
  }

  /** Reads given settings over the defaults; {@code resume} must have been dealt with before. */
  static AddingSettings read(Spec given) {
    OptionReader options = given.reader();
    CellChoice cell = CellChoice.read(options, "lstm");
    boolean gated = GATED.contains(cell.name());
    boolean usual = Collections.disjoint(cell.spec().options().keySet(), OTHER_GATES);
    boolean chrono =
        options.choice("start", gated && usual ? "chrono" : "standard", STARTS).equals("chrono");
    if (chrono && !gated) {
      throw new InvalidOptionException(
          formatted(
              "[adding] --start chrono is for the gates of lstm and gru but the cell is %s; use standard",
              cell.name()));
    }
    AddingSettings settings =
        new AddingSettings(
            options.count("length", 2, 200),
            cell,
            options.count("hidden", 1, 64),
            options.count("batch", 1, 32),
            chrono,
            options.real("goal", 0.0005, 0, 1),
            JobSettings.read(given, options, DEFAULTS));
    options.requireAllRead();
    return settings;
  }

  /** The cell, its gate biases for memories up to the length (Tallec and Ollivier 2018) if so. */
  Spec cellAsStarted() {
    return chrono ? cell.spec().with("chrono", Math.max(2, length)) : cell.spec();
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec kept() {
    return job.keptIn(
        Spec.of(TASK)
            .with("length", length)
            .with("cell", cell.toString())
            .with("hidden", hidden)
            .with("batch", batch)
            .with("start", STARTS.get(chrono ? 0 : 1))
            .with("goal", goal));
  }

  /** The memory of a training. */
  MemoryEstimate memory(int slots) {
    return new StackMemory(cell.name(), 1, hidden, 2, 0, 1)
        .estimate(length, batch, job.execution(), slots);
  }
}
