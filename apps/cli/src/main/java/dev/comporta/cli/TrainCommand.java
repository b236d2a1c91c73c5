package dev.comporta.cli;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.frame.Interruption;
import dev.comporta.frame.Task;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.TaskReport;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.RepetitionOptions;
import dev.comporta.frame.training.TrainingRun;
import dev.comporta.training.Distribution;
import dev.comporta.view.PictureFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code comporta train TASK}: a subcommand for each task, with the task's options as flags. */
final class TrainCommand implements Callable<Integer> {
  private static final String NAME = "train";
  private static final String JSON = "--json";
  private static final String PICTURE = "--picture";

  private final Application application;
  private final Task task;
  private final Interruption interruption;
  private final CommandSpec spec;

  private TrainCommand(Application application, Task task, Interruption interruption) {
    this.application = application;
    this.task = task;
    this.interruption = interruption;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name(task.name()).mixinStandardHelpOptions(true);
    spec.usageMessage().description("Train " + task.description() + ".").sortOptions(false);
    OptionFlags.add(spec, task.options());
    OptionFlags.addConfig(spec);
    spec.addOption(
        OptionSpec.builder(PICTURE)
            .type(Path.class)
            .paramLabel("FILE")
            .description(
                "draw the learning curve: the losses of this run, as a .png image or an .html page")
            .build());
    OptionFlags.addSwitch(spec, JSON, "print one JSON object at the end, and nothing else");
  }

  /** The command without its tasks, for the help of the root. */
  static CommandLine bare() {
    return TaskCommands.bare(NAME, "Train a model: comporta train TASK.");
  }

  /** The command with one subcommand for each task. */
  static CommandLine withTasks(Application application, Interruption interruption) {
    CommandLine line =
        TaskCommands.of(
            application,
            NAME,
            "Train a model.",
            "expected a task to train but got none: the tasks are ");
    for (Task task : application.tasks()) {
      line.addSubcommand(new CommandLine(new TrainCommand(application, task, interruption).spec));
    }
    return line;
  }

  /** Makes the command of a task, which fails if its flags cannot be those of a command. */
  static void rehearse(Application application, Task task, Interruption interruption) {
    new CommandLine(new TrainCommand(application, task, interruption).spec);
  }

  @Override
  public Integer call() throws IOException {
    ParseResult parsed = spec.commandLine().getParseResult();
    Map<String, Object> settings = OptionFlags.read(parsed, task.name(), task.options());
    PrintWriter out = spec.commandLine().getOut();
    Path picture = parsed.matchedOptionValue(PICTURE, null);
    LearningCurve curve = new LearningCurve();
    if (picture != null) {
      requireDrawable(picture, settings);
    }
    TaskReport report;
    try (ProgressReporter progress = ProgressReporter.of(spec.commandLine().getErr(), task)) {
      TaskContext context = context(application, progress, interruption);
      report =
          new TrainingRun(task, picture == null ? context : context.alsoHeardBy(curve))
              .run(settings);
    }
    if (picture != null) {
      curve.write(picture, task.name());
    }
    if (parsed.matchedOptionValue(JSON, false)) {
      out.println(Json.line(report.figures()));
    } else {
      out.print(Printable.text(report.text()));
    }
    out.flush();
    return report.stopped() ? InterruptHook.INTERRUPTED : 0;
  }

  private void requireDrawable(Path picture, Map<String, Object> given) {
    PictureFile.requireKnown(picture);
    OutputFile.requireWritable(PICTURE, picture);
    if (RepetitionOptions.isRepeated(Settings.of(task.name(), task.options(), given))) {
      throw new InvalidOptionException(
          PICTURE + " goes with " + RepetitionOptions.SINGLE + "; leave it out");
    }
  }

  static TaskContext context(
      Application application, ProgressReporter progress, Interruption interruption)
      throws IOException {
    return new TaskContext(
        application.command(),
        BuildVersion.version(),
        application.catalog(),
        progress::log,
        progress,
        interruption,
        null,
        Distribution.ALONE);
  }
}
