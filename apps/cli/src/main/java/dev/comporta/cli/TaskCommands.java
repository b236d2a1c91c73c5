package dev.comporta.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command with a subcommand for each task, such as {@code comporta train}. */
final class TaskCommands implements Callable<Integer> {
  private final String missing;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private TaskCommands(String missing) {
    this.missing = missing;
  }

  /** The command without its tasks, for the help of the root. */
  static CommandLine bare(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
    spec.usageMessage().description(description);
    return new CommandLine(spec);
  }

  /**
   * The command, to which its tasks are added.
   *
   * @param missing what is said without a task, before the list of the tasks
   */
  static CommandLine of(String name, String description, String missing) {
    CommandSpec spec = new TaskCommands(missing).spec;
    spec.name(name).mixinStandardHelpOptions(true);
    spec.usageMessage().description(description);
    return new CommandLine(spec);
  }

  /** Without a task, there is nothing to do but to list the tasks. */
  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), missing + String.join(", ", spec.subcommands().keySet()));
  }
}
