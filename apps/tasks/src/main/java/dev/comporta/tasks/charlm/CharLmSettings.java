package dev.comporta.tasks.charlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.job.CellChoice;
import dev.comporta.tasks.job.JobSettings;
import dev.comporta.tasks.job.StackMemory;
import dev.comporta.tasks.job.Truncation;
import dev.comporta.training.MemoryEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The settings of a training, each with its default and its range. */
record CharLmSettings(
    String text,
    Splitting tokens,
    int merges,
    CharLmRecipe recipe,
    CellChoice cell,
    int layers,
    int hidden,
    int embedding,
    Truncation truncation,
    int batch,
    double dropout,
    double validation,
    double labelSmoothing,
    int baselineOrder,
    int sample,
    JobSettings job) {
  static final String TASK = "char-lm";

  /** What a resumed run may change, beside what all may. */
  static final Set<String> FREE_ON_RESUME = Set.of("text", "baseline-order", "sample");

  private static final int CHUNK = 64;
  private static final int MERGES = 1000;

  /** What the text is cut into. */
  enum Splitting {
    CHARACTERS,
    BYTES,
    BPE;

    String option() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Splitting named(String option) {
      return valueOf(option.toUpperCase(Locale.ROOT));
    }

    static List<String> options() {
      return Arrays.stream(values()).map(Splitting::option).toList();
    }
  }

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(
        TaskOption.text(
            "text", "sources of the JDK", "train on this file, directory or ZIP archive"));
    options.add(
        TaskOption.text(
            "tokens",
            Splitting.CHARACTERS.option(),
            "what the text is cut into: characters, bytes, or bpe for byte pairs (Sennrich et al. 2016)"));
    options.add(
        TaskOption.whole(
            "merges", String.valueOf(MERGES), "joins of the most frequent pairs, for bpe"));
    options.add(
        TaskOption.text(
            "recipe",
            CharLmRecipe.PLAIN.option,
            "where other defaults come from, those shown are of the first: "
                + String.join(", ", CharLmRecipe.names())));
    options.add(CellChoice.option("lstm"));
    options.add(TaskOption.whole("layers", "1", "recurrent layers"));
    options.add(TaskOption.whole("hidden", "128", "hidden size of each"));
    options.add(TaskOption.whole("embedding", "64", "size of a token's vector"));
    options.addAll(Truncation.options(CHUNK));
    options.add(TaskOption.whole("batch", "16", "streams that are trained on side by side"));
    options.add(
        TaskOption.real("dropout", "0", "share of each layer's outputs dropped in training"));
    options.add(
        TaskOption.real("validation", "0.1", "share of the text, its end, kept for validation"));
    options.add(TaskOption.real("label-smoothing", "0", "share of the target given to all tokens"));
    options.add(
        TaskOption.whole(
            "baseline-order", "5", "longest context of the count model, in characters"));
    options.add(TaskOption.whole("sample", "300", "tokens of the sample at the end"));
    options.addAll(JobSettings.options(CharLmRecipe.PLAIN.job()));
    return options;
  }

  /** Reads given settings over the defaults; {@code resume} must have been dealt with before. */
  static CharLmSettings read(Spec given) {
    OptionReader options = given.reader();
    CharLmRecipe recipe = CharLmRecipe.named(options.text("recipe", CharLmRecipe.PLAIN.option));
    Splitting tokens =
        Splitting.named(
            options.choice("tokens", Splitting.CHARACTERS.option(), Splitting.options()));
    if (tokens != Splitting.BPE && given.options().containsKey("merges")) {
      throw new InvalidOptionException(
          formatted(
              "[char-lm] --merges goes with --tokens bpe but it is %s; leave it out",
              tokens.option()));
    }
    CharLmSettings settings =
        new CharLmSettings(
            options.text("text", ""),
            tokens,
            options.count("merges", 1, MERGES),
            recipe,
            CellChoice.read(options, "lstm"),
            options.count("layers", 1, recipe.layers),
            options.count("hidden", 1, recipe.hidden),
            options.count("embedding", 1, 64),
            Truncation.read(options, CHUNK),
            options.count("batch", 1, recipe.batch),
            options.real("dropout", recipe.dropout, 0, 0.95),
            options.real("validation", 0.1, 0, 0.9),
            options.real("label-smoothing", 0, 0, 0.99),
            options.count("baseline-order", 0, 5),
            options.size("sample", 0, 300),
            JobSettings.read(given, options, recipe.job()));
    options.requireAllRead();
    return settings;
  }

  /** What the parameters depend on, as a model file keeps it. */
  static Spec kept(Spec given, CharLmSettings settings) {
    Spec kept =
        Spec.of(TASK)
            .with("recipe", settings.recipe().option)
            .with("cell", settings.cell().toString())
            .with("layers", settings.layers())
            .with("hidden", settings.hidden())
            .with("embedding", settings.embedding())
            .with("batch", settings.batch())
            .with("dropout", settings.dropout())
            .with("validation", settings.validation());
    if (settings.labelSmoothing() > 0) {
      kept = kept.with("label-smoothing", settings.labelSmoothing());
    }
    if (settings.tokens() != Splitting.CHARACTERS) {
      kept = kept.with("tokens", settings.tokens().option());
    }
    if (settings.tokens() == Splitting.BPE) {
      kept = kept.with("merges", settings.merges());
    }
    kept = settings.job().keptIn(settings.truncation().keptIn(kept));
    return given.options().containsKey("text") ? kept.with("text", settings.text()) : kept;
  }

  /** The memory of a training. */
  MemoryEstimate memory(int vocabulary, int slots) {
    return new StackMemory(cell.name(), layers, hidden, embedding, vocabulary, vocabulary)
        .estimate(truncation.k2(), batch, job.execution(), slots);
  }
}
