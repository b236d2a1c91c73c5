package dev.comporta.cli;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.catalog.ProviderException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command with a subcommand for each task, such as {@code comporta train}. */
final class TaskCommands implements Callable<Integer> {
  private final Application application;
  private final String missing;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private TaskCommands(Application application, String missing) {
    this.application = application;
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
  static CommandLine of(Application application, String name, String description, String missing) {
    CommandSpec spec = new TaskCommands(application, missing).spec;
    spec.name(name).mixinStandardHelpOptions(true);
    spec.usageMessage().description(description);
    return new CommandLine(spec);
  }

  /** What to say of a word that is none of the tasks: one of that name may be broken. */
  String unknown(String word) {
    try {
      application.task(word);
    } catch (ProviderException | UnknownNameException e) {
      return String.valueOf(e.getMessage());
    }
    return String.valueOf(
        new UnknownNameException("task", word, spec.subcommands().keySet()).getMessage());
  }

  /** Without a task, there is nothing to do but to list the tasks. */
  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), missing + String.join(", ", spec.subcommands().keySet()));
  }
}
