package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Interruption;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.InitializationException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command: finds the subcommand that was asked for, or lists all of them. */
@Command(
    name = "comporta",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description = "Train, evaluate and run recurrent neural networks.",
    footer = {
      "",
      "Exit codes: 0 success, 1 a bug in Comporta, 2 input that cannot be used, 3 a check that failed, 130 stopped by Ctrl-C."
    },
    subcommands = {
      BenchCommand.class,
      CatalogCommand.class,
      ConformanceCommand.class,
      ExchangeCommand.class,
      ExportCommand.class,
      GenerateCompletion.class,
      ImportCommand.class,
      InspectCommand.class,
      LessonCommand.class,
      LessonsCommand.class,
      TasksCommand.class
    })
public final class Main implements Callable<Integer> {
  static {
    // The jar of jHDF holds a simplelogger.properties that sends all logs to standard output.
    Properties settings = System.getProperties();
    settings.putIfAbsent("org.slf4j.simpleLogger.logFile", "System.err");
    settings.putIfAbsent("org.slf4j.simpleLogger.log.io.jhdf", "error");
  }

  private static final String COMPLETION = "generate-completion";

  /** Commands that need no task. Making the others takes the catalog, which takes time. */
  private static final Set<String> WITHOUT_TASKS =
      Set.of(
          "bench",
          "catalog",
          "conformance",
          "exchange",
          "export",
          "import",
          "inspect",
          "lesson",
          "lessons",
          "tasks",
          "--version",
          "-V");

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one command and ends the JVM with its exit code: 0 for success, 1 for a bug in Comporta, 2
   * for input that cannot be used, 3 for a check that failed, 130 after Ctrl-C.
   *
   * @param arguments the words after {@code comporta}
   */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers are printed the same everywhere
    System.setProperty("java.awt.headless", "true"); // pictures are drawn without a screen
    Interruption interruption = new Interruption();
    CommandOutput out = CommandOutput.standard();
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    InterruptHook hook = InterruptHook.install(interruption);
    int code = run(interruption, out, err, arguments);
    out.flush();
    err.flush();
    hook.exit(code);
  }

  /**
   * Runs one command.
   *
   * @param interruption says whether work should stop
   * @param out takes the result
   * @param err takes everything else
   * @param arguments the words after {@code comporta}
   * @return the exit code
   */
  static int run(Interruption interruption, PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line;
    try {
      line = commandLine(interruption, arguments);
    } catch (InitializationException | LinkageError e) { // an installed jar does not fit
      return Failures.onUnusableJar(e, err);
    } catch (RuntimeException e) {
      return Failures.report(e, err);
    }
    line.setOut(out);
    line.setErr(err);
    return execute(line, arguments);
  }

  /** Runs one of these commands and returns the exit code. */
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

  /** The commands: those that are always there, and those that the installed tasks bring. */
  static CommandLine commandLine(Interruption interruption, String... arguments) {
    CommandLine line = new CommandLine(new Main());
    line.setExpandAtFiles(false); // a prompt is what the user typed
    String first = arguments.length > 0 ? arguments[0] : "";
    if (WITHOUT_TASKS.contains(first)) {
      line.addSubcommand(TrainCommand.bare());
      line.addSubcommand(ExplainCommand.bare());
      line.addSubcommand(ExamplesCommand.bare());
    } else {
      Application application = new Application();
      boolean all = first.equals(COMPLETION);
      line.addSubcommand(
          all || first.equals("train")
              ? TrainCommand.withTasks(application, interruption)
              : TrainCommand.bare());
      line.addSubcommand(
          all || first.equals("explain")
              ? ExplainCommand.withTasks(application)
              : ExplainCommand.bare());
      line.addSubcommand(
          first.equals(ExamplesCommand.NAME)
              ? ExamplesCommand.withTasks(application)
              : ExamplesCommand.bare());
      line.addSubcommand(new CommandLine(EvaluateCommand.spec(application)));
      line.addSubcommand(new CommandLine(VerifyCommand.spec(application, interruption)));
      AbilityCommand.addAll(line, application);
    }
    line.setParameterExceptionHandler(Failures::onWrongArguments);
    line.setExecutionExceptionHandler(Failures::onFailure);
    return line;
  }

  /** Without a command: lists the commands, on standard error because there is no result. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
