package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.frame.Interruption;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.memory.TrainingOutline;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.FileOutline;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.frame.training.TruncationOptions;
import dev.comporta.training.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/**
 * {@code comporta explain TASK|MODEL}: says how a training run would compute, and how much memory
 * it would take. A task is a subcommand with the flags that it has for {@code train}; any other
 * word names a model file.
 */
final class ExplainCommand implements Callable<Integer> {
  private static final String NAME = "explain";
  private static final String DESCRIPTION =
      "Explain a training run: the plan of each cell, its operations, and its predicted memory.";
  private static final String MEASURE = "--measure";
  private static final String JSON = "--json";

  /** What may be given with a model file. */
  private static final Options OF_FILES =
      Options.of(
          LayerOptions.BATCH.or(_ -> null, "as the model was trained"),
          TruncationOptions.CHUNK
              .or(_ -> null, "as the model was trained")
              .help("timesteps per batch"),
          TrainingOptions.THREADS,
          TrainingOptions.BACKEND,
          TrainingOptions.EXECUTION);

  private final Application application;
  private final CommandSpec spec;

  private ExplainCommand(Application application) {
    this.application = application;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name(NAME).mixinStandardHelpOptions(true);
    spec.usageMessage().description(DESCRIPTION).sortOptions(false);
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("TASK|MODEL")
            .type(String.class)
            .arity("0..1")
            .description("a task, with its flags after it, or a model file")
            .build());
    OptionFlags.add(spec, OF_FILES);
    addSwitches(spec);
  }

  private static void addSwitches(CommandSpec spec) {
    OptionFlags.addSwitch(
        spec, MEASURE, "also train a few steps on zeros and measure their memory");
    OptionFlags.addSwitch(spec, JSON, "print one JSON object");
  }

  /** The command without its tasks, for the help of the root. */
  static CommandLine bare() {
    return TaskCommands.bare(NAME, DESCRIPTION);
  }

  /** The command with one subcommand for each task. */
  static CommandLine withTasks(Application application) {
    ExplainCommand explain = new ExplainCommand(application);
    CommandLine line = new CommandLine(explain.spec);
    for (Task task : application.tasks()) {
      line.addSubcommand(new CommandLine(explain.new OfTask(task).spec));
    }
    return line;
  }

  @Override
  public Integer call() {
    String what = spec.commandLine().getParseResult().matchedPositionalValue(0, null);
    if (what == null) {
      throw new ParameterException(
          spec.commandLine(),
          "expected a task or a model file to explain but got none: " + known());
    }
    Path file = Path.of(what);
    if (!Files.exists(file)) {
      application.requireNotBroken(what);
      throw new ComportaException(
          formatted("there is no task and no file '%s': %s", what, near(what)));
    }
    Settings settings = Settings.of(NAME, OF_FILES, given());
    return explain(what, FileOutline.of(file, settings, application.catalog()), spec.commandLine());
  }

  /** What was given before the name of a task, or with a model file. */
  private Map<String, Object> given() {
    return OptionFlags.typed(spec.commandLine().getParseResult(), OF_FILES);
  }

  private String known() {
    return "the tasks are " + String.join(", ", spec.subcommands().keySet());
  }

  private String near(String what) {
    return UnknownNameException.nearest(what, List.copyOf(spec.subcommands().keySet()))
        .map(near -> "did you mean the task '" + near + "'?")
        .orElseGet(this::known);
  }

  private boolean isGiven(String option, CommandLine line) {
    return spec.commandLine().getParseResult().matchedOptionValue(option, false)
        || line.getParseResult().matchedOptionValue(option, false);
  }

  private Integer explain(String what, TrainingOutline outline, CommandLine line) {
    Explanation explanation = Explanation.of(what, outline, isGiven(MEASURE, line), application);
    line.getOut()
        .print(
            isGiven(JSON, line)
                ? Json.line(explanation.json()) + System.lineSeparator()
                : ExplainText.of(explanation));
    line.getOut().flush();
    return 0;
  }

  /** {@code comporta explain TASK}. */
  private final class OfTask implements Callable<Integer> {
    private final Task task;
    private final CommandSpec spec;

    OfTask(Task task) {
      this.task = task;
      this.spec = CommandSpec.wrapWithoutInspection(this);
      spec.name(task.name()).mixinStandardHelpOptions(true);
      spec.usageMessage()
          .description("Explain a run that trains " + task.description() + ".")
          .sortOptions(false);
      OptionFlags.add(spec, task.options());
      OptionFlags.addConfig(spec);
      addSwitches(spec);
    }

    @Override
    public Integer call() throws IOException {
      Map<String, Object> settings = new HashMap<>(given());
      settings.putAll(
          OptionFlags.read(spec.commandLine().getParseResult(), task.name(), task.options()));
      TaskContext context =
          new TaskContext(
              application.command(),
              BuildVersion.version(),
              application.catalog(),
              note -> spec.commandLine().getErr().println(Printable.line(note)),
              event -> {},
              new Interruption(),
              null,
              Distribution.ALONE);
      return explain(
          task.name(), new TrainingRun(task, context).outline(settings), spec.commandLine());
    }
  }
}
