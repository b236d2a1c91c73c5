package dev.comporta.tasks.charlm;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.TaskOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a training, each with its default and its range. */
record CharLmSettings(
    String text,
    String cell,
    int layers,
    int hidden,
    int embedding,
    int chunk,
    int batch,
    int epochs,
    int steps,
    String optimizer,
    double learningRate,
    String schedule,
    double clip,
    double dropout,
    double validation,
    int baselineOrder,
    int seed,
    int threads,
    String backend,
    String execution,
    Path out,
    int checkpointEvery,
    int sample) {
  static final String TASK = "char-lm";
  static final String RESUME = "resume";

  /** Stands for "as the optimizer has it". */
  static final double OPTIMIZERS_OWN = 0;

  /** What a resumed run may change: nothing that the model or its updates depend on. */
  private static final Set<String> FREE_ON_RESUME =
      Set.of(
          "text",
          "epochs",
          "steps",
          "baseline-order",
          "threads",
          "backend",
          "execution",
          "out",
          "checkpoint-every",
          "sample");

  static List<TaskOption> options() {
    List<TaskOption> options = new ArrayList<>();
    options.add(text("text", "sources of the JDK", "train on this file, directory or ZIP archive"));
    options.add(text("cell", "lstm", "recurrent cell: see comporta catalog"));
    options.add(whole("layers", "1", "recurrent layers"));
    options.add(whole("hidden", "128", "hidden size of each"));
    options.add(whole("embedding", "64", "size of a character's vector"));
    options.add(whole("chunk", "64", "timesteps of a chunk, over which gradients flow"));
    options.add(whole("batch", "16", "streams that are trained on side by side"));
    options.add(whole("epochs", "3", "passes over the text"));
    options.add(whole("steps", "", "updates, instead of epochs"));
    options.add(text("optimizer", "adam", "see comporta catalog"));
    options.add(real("learning-rate", "0.01 for adam", "base learning rate"));
    options.add(text("schedule", "cosine", "course of the learning rate: see comporta catalog"));
    options.add(real("clip", "1", "largest norm of all gradients; 0 for no limit"));
    options.add(real("dropout", "0", "share of each layer's outputs dropped in training"));
    options.add(real("validation", "0.1", "share of the text, its end, kept for validation"));
    options.add(whole("baseline-order", "5", "longest context of the count model"));
    options.add(whole("seed", "1", "seed of all random numbers"));
    options.add(whole("threads", "all processors", "threads that share the work"));
    options.add(text("backend", "the fastest here", "simd or reference: see comporta catalog"));
    options.add(text("execution", "plan", "how cells run: plan or definition"));
    options.add(text("out", "char-lm.comporta", "the model file to write"));
    options.add(
        whole("checkpoint-every", "500", "updates between checkpoints; 0 for the end only"));
    options.add(whole("sample", "300", "characters of the sample at the end"));
    options.add(text(RESUME, "", "go on from this checkpoint"));
    return options;
  }

  private static TaskOption whole(String name, String otherwise, String description) {
    return new TaskOption(name, TaskOption.Type.WHOLE, otherwise, description);
  }

  private static TaskOption real(String name, String otherwise, String description) {
    return new TaskOption(name, TaskOption.Type.REAL, otherwise, description);
  }

  private static TaskOption text(String name, String otherwise, String description) {
    return new TaskOption(name, TaskOption.Type.TEXT, otherwise, description);
  }

  /** Reads given settings over the defaults; {@code resume} must have been dealt with before. */
  static CharLmSettings read(Spec given) {
    OptionReader options = given.reader();
    if (given.options().containsKey("epochs") && given.options().containsKey("steps")) {
      throw new InvalidOptionException(
          "[char-lm] expected either epochs or steps but got both; leave one out");
    }
    given
        .options()
        .forEach((name, value) -> {
          if (value instanceof String text && text.isBlank()) {
            throw new InvalidOptionException("--%s expected text but got none".formatted(name));
          }
        });
    boolean bySteps = given.options().containsKey("steps");
    String optimizer = options.text("optimizer", "adam");
    CharLmSettings settings =
        new CharLmSettings(
            options.text("text", ""),
            options.text("cell", "lstm"),
            options.size("layers", 1, 1),
            options.size("hidden", 1, 128),
            options.size("embedding", 1, 64),
            options.size("chunk", 1, 64),
            options.size("batch", 1, 16),
            bySteps ? 0 : options.size("epochs", 1, 3),
            bySteps ? options.size("steps", 1) : 0,
            optimizer,
            given.options().containsKey("learning-rate")
                ? options.positive("learning-rate", 1)
                : optimizer.equals("adam") ? 0.01 : OPTIMIZERS_OWN,
            options.text("schedule", "cosine"),
            options.real("clip", 1, 0, Double.MAX_VALUE),
            options.real("dropout", 0, 0, 0.95),
            options.real("validation", 0.1, 0, 0.9),
            options.size("baseline-order", 0, 5),
            options.size("seed", 0, 1),
            options.size("threads", 1, ComputeFactory.defaultThreads()),
            options.text("backend", ComputeFactory.PREFERRED),
            options.text("execution", "plan"),
            Path.of(options.text("out", "char-lm.comporta")),
            options.size("checkpoint-every", 0, 500),
            options.size("sample", 0, 300));
    options.requireAllRead();
    return settings;
  }

  /** What the parameters depend on, as a model file keeps it. */
  static Spec kept(Spec given, CharLmSettings settings) {
    Spec kept =
        Spec.of(TASK)
            .with("cell", settings.cell())
            .with("layers", settings.layers())
            .with("hidden", settings.hidden())
            .with("embedding", settings.embedding())
            .with("chunk", settings.chunk())
            .with("batch", settings.batch());
    kept =
        settings.steps() > 0
            ? kept.with("steps", settings.steps())
            : kept.with("epochs", settings.epochs());
    kept =
        kept.with("optimizer", settings.optimizer())
            .with("schedule", settings.schedule())
            .with("clip", settings.clip())
            .with("dropout", settings.dropout())
            .with("validation", settings.validation())
            .with("seed", settings.seed());
    if (settings.learningRate() != OPTIMIZERS_OWN) {
      kept = kept.with("learning-rate", settings.learningRate());
    }
    return given.options().containsKey("text") ? kept.with("text", settings.text()) : kept;
  }

  /**
   * The settings of a resumed run: those of the checkpoint, and what was given where it may differ.
   */
  static Spec resumed(Spec kept, Spec given) {
    Spec settings = kept;
    for (var option : given.options().entrySet()) {
      String name = option.getKey();
      if (name.equals(RESUME)) {
        continue;
      }
      if (FREE_ON_RESUME.contains(name)) {
        settings = settings.with(name, option.getValue());
      } else if (!sameValue(option.getValue(), kept.options().get(name))) {
        throw new InvalidOptionException(
            "[char-lm] --%s is %s but the checkpoint was trained with %s; leave it out, or train anew without --resume"
                .formatted(
                    name, option.getValue(), kept.options().getOrDefault(name, "the default")));
      }
    }
    if (given.options().containsKey("steps")) {
      settings = without(settings, "epochs");
    } else if (given.options().containsKey("epochs")) {
      settings = without(settings, "steps");
    }
    return settings;
  }

  private static boolean sameValue(Object given, @Nullable Object kept) {
    return (given instanceof Number a && kept instanceof Number b)
        ? a.doubleValue() == b.doubleValue()
        : given.equals(kept);
  }

  private static Spec without(Spec spec, String option) {
    Spec rest = Spec.of(spec.name());
    for (var entry : spec.options().entrySet()) {
      if (!entry.getKey().equals(option)) {
        rest = rest.with(entry.getKey(), entry.getValue());
      }
    }
    return rest;
  }

  Path checkpoint() {
    return out.resolveSibling(out.getFileName() + ".checkpoint");
  }
}
