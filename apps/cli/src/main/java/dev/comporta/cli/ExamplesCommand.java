package dev.comporta.cli;

import dev.comporta.api.Printable;
import dev.comporta.frame.Examples;
import dev.comporta.frame.Task;
import dev.comporta.frame.options.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code comporta examples TASK}: writes example inputs, with a subcommand for each task that has
 * them.
 */
final class ExamplesCommand implements Callable<Integer> {
  static final String NAME = "examples";

  private static final String DESCRIPTION = "Write example inputs to try a model with.";
  private static final String OUT = "--out";
  private static final String JSON = "--json";

  private final String task;
  private final Examples examples;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private ExamplesCommand(String task, Examples examples) {
    this.task = task;
    this.examples = examples;
    spec.name(task).mixinStandardHelpOptions(true);
    spec.usageMessage().description("Write " + examples.description() + ".").sortOptions(false);
    spec.addOption(
        OptionSpec.builder(OUT)
            .required(true)
            .type(Path.class)
            .paramLabel("FOLDER")
            .description("write the files to this folder; it is created if it is missing")
            .build());
    OptionFlags.add(spec, examples.options());
    OptionFlags.addSwitch(spec, JSON, "print one JSON object per file, on a line of its own");
  }

  /** The command without its tasks, for the help of the root. */
  static CommandLine bare() {
    return TaskCommands.bare(NAME, DESCRIPTION);
  }

  /** The command with one subcommand for each task that has examples. */
  static CommandLine withTasks(Application application) {
    CommandLine line =
        TaskCommands.of(
            application,
            NAME,
            DESCRIPTION,
            "expected a task but got none: the tasks with examples are ");
    for (Task task : application.tasks()) {
      task.examples()
          .ifPresent(examples ->
              line.addSubcommand(new CommandLine(new ExamplesCommand(task.name(), examples).spec)));
    }
    return line;
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    PrintWriter out = spec.commandLine().getOut();
    boolean json = parsed.matchedOptionValue(JSON, false);
    Settings settings =
        Settings.of(task, examples.options(), OptionFlags.typed(parsed, examples.options()));
    examples.write(
        Objects.requireNonNull(parsed.<Path>matchedOptionValue(OUT, null)),
        settings,
        example ->
            out.println(
                json
                    ? Json.line(
                        new TreeMap<>(Map.of("file", example.file(), "text", example.text())))
                    : Printable.text(example.file() + "\t" + example.text())));
    out.flush();
    return 0;
  }
}
