package dev.comporta.tasks.forecast;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.CellChoice;
import dev.comporta.tasks.job.JobDefaults;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.StackMemory;
import dev.comporta.training.MemoryEstimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The settings of a training, each with its default and its range.
 *
 * @param inputs the columns of the input, the one to foresee first
 */
record ForecastSettings(
    Path series,
    List<String> inputs,
    char separator,
    int window,
    int horizon,
    CellChoice cell,
    int layers,
    int hidden,
    int batch,
    double dropout,
    double validation,
    JobSettings job) {
  static final String TASK = "forecast";

  /** What a resumed run may change, beside what all may. */
  static final Set<String> FREE_ON_RESUME = Set.of("series", "separator");

  /** What numbers, quotes, comments and lines are made of. */
  private static final String TAKEN = "+-.\"#\r\n";

  private static final JobDefaults DEFAULTS =
      new JobDefaults(TASK, 20, 0, "adam", 0.003, Spec.of("cosine"), 1, 500);

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(
        TaskOption.text("series", "", "train on this file, its first line names the columns"));
    options.add(TaskOption.text("column", "", "the column to foresee"));
    options.add(
        TaskOption.text("also", "", "more columns of the input, their names between commas"));
    options.add(
        TaskOption.text("separator", ",", "what stands between fields: one character or tab"));
    options.add(TaskOption.whole("window", "48", "rows of the input"));
    options.add(TaskOption.whole("horizon", "1", "values to foresee after them"));
    options.add(CellChoice.option("gru"));
    options.add(TaskOption.whole("layers", "1", "recurrent layers"));
    options.add(TaskOption.whole("hidden", "32", "hidden size of each"));
    options.add(TaskOption.whole("batch", "32", "windows of an update"));
    options.add(
        TaskOption.real("dropout", "0", "share of each layer's outputs dropped in training"));
    options.add(
        TaskOption.real("validation", "0.2", "share of the rows, the last, kept for validation"));
    options.addAll(JobSettings.options(DEFAULTS));
    return options;
  }

  /** Reads given settings over the defaults; {@code resume} must have been dealt with before. */
  static ForecastSettings read(Spec given) {
    OptionReader options = given.reader();
    JobSettings job = JobSettings.read(given, options, DEFAULTS);
    for (String needed : List.of("series", "column")) {
      if (!given.options().containsKey(needed)) {
        throw new InvalidOptionException(
            formatted(
                "[forecast] expected --series, a file, and --column, one of its columns, but got no --%s",
                needed));
      }
    }
    List<String> inputs =
        new ArrayList<>(List.of(options.text("column", "").strip())); // as in the file
    String also = options.text("also", "");
    if (!also.isEmpty()) {
      inputs.addAll(Arrays.stream(also.split(",", -1)).map(String::strip).toList());
    }
    if (inputs.stream().distinct().count() < inputs.size()) {
      throw new InvalidOptionException(
          "[forecast] expected each column once in --column and --also but got "
              + Printable.quoted(String.join(", ", inputs)));
    }
    ForecastSettings settings =
        new ForecastSettings(
            Path.of(options.text("series", "")),
            List.copyOf(inputs),
            separator(options.text("separator", ",")),
            options.count("window", 1, 48),
            options.count("horizon", 1, 1),
            CellChoice.read(options, "gru"),
            options.count("layers", 1, 1),
            options.count("hidden", 1, 32),
            options.count("batch", 1, 32),
            options.real("dropout", 0, 0, 0.95),
            options.real("validation", 0.2, 0.01, 0.9),
            job);
    options.requireAllRead();
    return settings;
  }

  private static char separator(String text) {
    if (text.equals("tab") || text.equals("\\t")) {
      return '\t';
    }
    if (text.length() != 1 || Character.isLetterOrDigit(text.charAt(0)) || TAKEN.contains(text)) {
      throw new InvalidOptionException(
          formatted(
              "--separator expected one character that no number or quoted field has, such as ; or the word tab, but got '%s'",
              text));
    }
    return text.charAt(0);
  }

  /** What the parameters depend on, as a model file keeps it. */
  Spec kept() {
    Spec kept =
        Spec.of(TASK)
            .with("series", series.toString())
            .with("column", inputs.getFirst())
            .with("separator", separator == '\t' ? "tab" : Character.toString(separator))
            .with("window", window)
            .with("horizon", horizon)
            .with("cell", cell.toString())
            .with("layers", layers)
            .with("hidden", hidden)
            .with("batch", batch)
            .with("dropout", dropout)
            .with("validation", validation);
    if (inputs.size() > 1) {
      kept = kept.with("also", String.join(",", inputs.subList(1, inputs.size())));
    }
    return job.keptIn(kept);
  }

  /** The memory of a training. */
  MemoryEstimate memory(int slots) {
    return new StackMemory(cell.name(), layers, hidden, inputs.size(), 0, horizon)
        .estimate(window, batch, job.execution(), slots);
  }
}
