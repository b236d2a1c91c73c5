package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.ComputeChoice;
import dev.comporta.tasks.ComputeFactory;
import dev.comporta.tasks.Interruption;
import dev.comporta.tasks.ModelFileOutline;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskOption;
import dev.comporta.tasks.TrainingOutline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/**
 * {@code comporta explain TASK|MODEL}: says how a training would run, before it does. A task is a
 * subcommand with the flags that it has for {@code train}; any other word names a model file.
 */
final class ExplainCommand implements Callable<Integer> {
  private static final String NAME = "explain";
  private static final String DESCRIPTION =
      "Say how a training runs: the plan of each cell, operations, and predicted memory.";
  private static final String MEASURE = "--measure";
  private static final String JSON = "--json";

  private static final List<TaskOption> OPTIONS =
      List.of(
          TaskOption.whole(
              "batch", "as the model was trained", "rows that are trained on side by side"),
          TaskOption.whole("chunk", "as the model was trained", "timesteps of a chunk"),
          TaskOption.whole("threads", "all processors", "threads that share the work"),
          TaskOption.text("backend", "the fastest here", "simd or reference: see comporta catalog"),
          TaskOption.text("execution", "plan", "how cells run: plan or definition"));

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
    TaskFlags.add(spec, OPTIONS);
    addSwitches(spec);
  }

  private static void addSwitches(CommandSpec spec) {
    TaskFlags.addSwitch(
        spec, MEASURE, "train a few steps on zeros as well, and measure what they hold");
    TaskFlags.addSwitch(spec, JSON, "print one JSON object");
  }

  /** The command without its tasks, for the help of the root. */
  static CommandLine bare() {
    CommandSpec spec = CommandSpec.create().name(NAME).mixinStandardHelpOptions(true);
    spec.usageMessage().description(DESCRIPTION);
    return new CommandLine(spec);
  }

  /** The command with one subcommand for each task. */
  static CommandLine withTasks(Application application) {
    ExplainCommand explain = new ExplainCommand(application);
    CommandLine line = new CommandLine(explain.spec);
    for (Task task : application.tasks().all()) {
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
      throw new ComportaException(
          formatted("there is no task and no file '%s': %s", what, near(what)));
    }
    OptionReader given = new Spec(NAME, given()).reader();
    TrainingOutline outline =
        ModelFileOutline.of(
            file,
            size(given, "chunk"),
            size(given, "batch"),
            new ComputeChoice(
                given.text("backend", ComputeFactory.PREFERRED),
                given.count("threads", 1, ComputeFactory.defaultThreads()),
                given.text("execution", "plan")));
    return explain(what, outline, spec.commandLine());
  }

  /** What was given before the name of a task, or with a model file. */
  private Map<String, Object> given() {
    return TaskFlags.read(spec.commandLine().getParseResult(), OPTIONS);
  }

  private static @Nullable Integer size(OptionReader given, String option) {
    int size = given.count(option, 1, Integer.MAX_VALUE);
    return size == Integer.MAX_VALUE ? null : Integer.valueOf(size);
  }

  private String known() {
    return "the tasks are " + String.join(", ", spec.subcommands().keySet());
  }

  private String near(String what) {
    return UnknownNameException.nearest(what, spec.subcommands().keySet())
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
          .description("Say how to train " + task.description() + ".")
          .sortOptions(false);
      TaskFlags.add(spec, task);
      addSwitches(spec);
    }

    @Override
    public Integer call() throws IOException {
      Map<String, Object> settings = new LinkedHashMap<>(given());
      settings.putAll(TaskFlags.read(spec.commandLine().getParseResult(), task));
      requireKnown(settings);
      TaskContext context =
          new TaskContext(
              BuildVersion.version(),
              note -> spec.commandLine().getErr().println(Printable.line(note)),
              event -> {},
              new Interruption());
      TrainingOutline outline = task.outline(new Spec(task.name(), settings), context);
      return explain(task.name(), outline, spec.commandLine());
    }

    /** A flag before the task's name may be one that this task lacks. */
    private void requireKnown(Map<String, Object> settings) {
      List<String> known =
          task.options().stream().map(TaskOption::name).collect(Collectors.toList());
      for (String name : settings.keySet()) {
        if (!known.contains(name)) {
          throw new UnknownNameException("option of the task " + task.name(), name, known);
        }
      }
    }
  }
}
