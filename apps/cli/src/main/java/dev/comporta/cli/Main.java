package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.tasks.Interruption;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command: finds the subcommand that was asked for, or says which there are. */
@Command(
    name = "comporta",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description = "Train, evaluate and run gated recurrent networks.",
    footer = {
      "",
      "Exit codes: 0 success, 1 a bug, 2 input that cannot be used, 130 stopped by Ctrl-C."
    },
    subcommands = {
      BenchCommand.class,
      CaptionCommand.class,
      GenerateCommand.class,
      EvaluateCommand.class,
      InspectCommand.class,
      CatalogCommand.class,
      ConformanceCommand.class,
      TasksCommand.class,
      TranslateCommand.class
    })
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one command and ends the JVM with its exit code: 0 for success, 1 for an internal failure,
   * 2 for input that cannot be used, 130 after Ctrl-C.
   *
   * @param arguments the words after {@code comporta}
   */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers are printed the same everywhere
    System.setProperty("java.awt.headless", "true"); // pictures are drawn without a screen
    Interruption interruption = new Interruption();
    CommandLine line = commandLine(interruption, arguments);
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    InterruptHook hook = InterruptHook.install(interruption);
    int code = execute(line, arguments);
    line.getOut().flush();
    line.getErr().flush();
    hook.exit(code);
  }

  /**
   * Runs one command.
   *
   * @param line the commands
   * @param arguments the words after {@code comporta}
   * @return the exit code
   */
  static int execute(CommandLine line, String... arguments) {
    try {
      return Failures.afterPrinting(line.execute(arguments), line);
    } catch (OutOfMemoryError e) {
      line.getErr()
          .println(
              formatted(
                  "comporta: the memory of the JVM, %d MiB, is not enough; choose smaller sizes or give it more (-Xmx)",
                  Runtime.getRuntime().maxMemory() >> 20));
      return CommandLine.ExitCode.USAGE;
    }
  }

  /**
   * The commands. Those below {@code train} and {@code explain} take bindings to find, so they are
   * only made when the arguments ask for them.
   */
  static CommandLine commandLine(Interruption interruption, String... arguments) {
    CommandLine line = new CommandLine(new Main());
    String first = arguments.length > 0 ? arguments[0] : "";
    line.addSubcommand(
        first.equals("train")
            ? TrainCommand.withTasks(new Application(), interruption)
            : TrainCommand.bare());
    line.addSubcommand(
        first.equals("explain")
            ? ExplainCommand.withTasks(new Application())
            : ExplainCommand.bare());
    line.setExpandAtFiles(false); // a prompt or a sentence is what was typed
    line.setParameterExceptionHandler(Failures::onWrongArguments);
    line.setExecutionExceptionHandler(Failures::onFailure);
    return line;
  }

  /** Without a command: what commands there are, on standard error because nobody asked for it. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
