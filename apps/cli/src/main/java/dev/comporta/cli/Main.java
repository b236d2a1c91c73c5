package dev.comporta.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command: finds the subcommand that was asked for, or says which there are. */
@Command(
    name = "comporta",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description = "Train, evaluate and run gated recurrent networks.")
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one command and ends the JVM with its exit code: 0 for success, 1 for an internal failure,
   * 2 for input that cannot be used.
   *
   * @param arguments the words after {@code comporta}
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /**
   * Runs one command.
   *
   * @param arguments the words after {@code comporta}
   * @return the exit code
   */
  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Expected a command but got none: see comporta --help.");
  }
}
