package dev.comporta.cli;

import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.tasks.Interruption;
import dev.comporta.tasks.Task;
import dev.comporta.tasks.TaskContext;
import dev.comporta.tasks.TaskReport;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code comporta train TASK}: one subcommand for each task, its flags made from the task's
 * options.
 */
final class TrainCommand implements Callable<Integer> {
  private static final String JSON = "--json";

  private final Task task;
  private final Interruption interruption;
  private final CommandSpec spec;

  private TrainCommand(Task task, Interruption interruption) {
    this.task = task;
    this.interruption = interruption;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name(task.name()).mixinStandardHelpOptions(true);
    spec.usageMessage().description("Train " + task.description() + ".").sortOptions(false);
    TaskFlags.add(spec, task);
    TaskFlags.addSwitch(spec, JSON, "print one JSON object at the end, and nothing else");
  }

  /** The command without its tasks, for the help of the root. */
  static CommandLine bare() {
    CommandSpec spec = CommandSpec.create().name("train").mixinStandardHelpOptions(true);
    spec.usageMessage().description("Train a model: comporta train TASK, see comporta tasks.");
    return new CommandLine(spec);
  }

  /** The command with one subcommand for each task. */
  static CommandLine withTasks(Application application, Interruption interruption) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(new WithoutTask());
    spec.name("train").mixinStandardHelpOptions(true);
    spec.usageMessage().description("Train a model.");
    CommandLine line = new CommandLine(spec);
    for (Task task : application.tasks().all()) {
      line.addSubcommand(new CommandLine(new TrainCommand(task, interruption).spec));
    }
    line.<WithoutTask>getCommand().line = line;
    return line;
  }

  @Override
  public Integer call() throws IOException {
    ParseResult parsed = spec.commandLine().getParseResult();
    Map<String, Object> settings = TaskFlags.read(parsed, task);
    TaskReport report;
    try (ProgressReporter progress = ProgressReporter.of(spec.commandLine().getErr(), task)) {
      TaskContext context =
          new TaskContext(BuildVersion.version(), progress::log, progress, interruption);
      report = task.run(new Spec(task.name(), settings), context);
    }
    boolean json = parsed.matchedOptionValue(JSON, false);
    if (json) {
      spec.commandLine().getOut().println(Json.line(report.figures()));
    } else if (!report.text().isEmpty()) {
      spec.commandLine().getOut().print(Printable.text(report.text()));
    }
    spec.commandLine().getOut().flush();
    return report.stopped() ? InterruptHook.INTERRUPTED : 0;
  }

  /** What {@code comporta train} alone does: it says which tasks there are. */
  private static final class WithoutTask implements Callable<Integer> {
    private @Nullable CommandLine line;

    @Override
    public Integer call() {
      CommandLine train = Objects.requireNonNull(line);
      throw new ParameterException(
          train,
          "expected a task to train but got none: the tasks are "
              + String.join(", ", train.getSubcommands().keySet()));
    }
  }
}
