package dev.comporta.tasks.adding;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.StackMemory;
import dev.comporta.training.MemoryEstimate;
import java.util.ArrayList;
import java.util.List;

/** The settings of a training, each with its default and its range. */
record AddingSettings(
    int length, String cell, int hidden, int batch, boolean chrono, double goal, JobSettings job) {
  static final String TASK = "adding";

  private static final List<String> STARTS = List.of("chrono", "standard");

  private static final JobDefaults DEFAULTS =
      new JobDefaults(TASK, 0, 2500, "adam", 0.006, Spec.of("cosine"), 1, 1000);

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(TaskOption.whole("length", "200", "timesteps of every sequence"));
    options.add(TaskOption.text("cell", "lstm", "recurrent cell: see comporta catalog"));
    options.add(TaskOption.whole("hidden", "64", "hidden size"));
    options.add(TaskOption.whole("batch", "32", "sequences of an update"));
    options.add(
        TaskOption.text(
            "start",
            "chrono for lstm and gru, else standard",
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
    String cell = options.text("cell", "lstm");
    boolean gated = cell.equals("lstm") || cell.equals("gru");
    AddingSettings settings =
        new AddingSettings(
            options.size("length", 2, 200),
            cell,
            options.size("hidden", 1, 64),
            options.size("batch", 1, 32),
            options.choice("start", gated ? "chrono" : "standard", STARTS).equals("chrono"),
            options.real("goal", 0.0005, 0, 1),
            JobSettings.read(given, options, DEFAULTS));
    options.requireAllRead();
    return settings;
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec kept() {
    return job.keptIn(
        Spec.of(TASK)
            .with("length", length)
            .with("cell", cell)
            .with("hidden", hidden)
            .with("batch", batch)
            .with("start", STARTS.get(chrono ? 0 : 1))
            .with("goal", goal));
  }

  /** The memory of a training. */
  MemoryEstimate memory(int slots) {
    return new StackMemory(cell, 1, hidden, 2, 0, 1)
        .estimate(length, batch, job.execution(), slots);
  }
}
