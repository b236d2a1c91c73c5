package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Interruption;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
      OnnxCommand.class,
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
          "onnx",
          "tasks",
          "--version",
          "-V");

  @Spec private CommandSpec spec;

  private Main() {}

  /** Gives commands the application. */
  private record Commands(Application application) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (List.of(constructor.getParameterTypes()).equals(List.of(Application.class))) {
          return type.cast(constructor.newInstance(application));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

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
    return run(System.getenv(PluginPaths.VARIABLE), interruption, out, err, arguments);
  }

  /** The same with the value of the variable for plug-ins, or null. */
  static int run(
      @Nullable String variable,
      Interruption interruption,
      PrintWriter out,
      PrintWriter err,
      String... arguments) {
    Application application = new Application();
    CommandLine line;
    String[] words;
    try {
      PluginPaths paths = PluginPaths.of(variable, arguments);
      application = Application.of(paths, err);
      words = paths.words().toArray(String[]::new);
      line = commandLine(application, interruption, words);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return Failures.report(e, application, err);
    }
    line.setOut(out);
    line.setErr(err);
    return execute(line, application, words);
  }

  /** Runs one of these commands and returns the exit code. */
  static int execute(CommandLine line, Application application, String... arguments) {
    try {
      return Failures.afterPrinting(line.execute(arguments), line);
    } catch (OutOfMemoryError e) {
      line.getErr()
          .println(
              formatted(
                  "comporta: the memory of the JVM, %d MiB, is not enough; choose smaller sizes or give it more (-Xmx)",
                  Runtime.getRuntime().maxMemory() >> 20));
      return CommandLine.ExitCode.USAGE;
    } catch (LinkageError
        | StackOverflowError
        | AssertionError e) { // no exceptions: picocli passes them
      return Failures.report(e, application, line.getErr());
    }
  }

  /** The commands: those that are always there, and those that the installed tasks bring. */
  static CommandLine commandLine(Interruption interruption, String... arguments) {
    return commandLine(new Application(), interruption, arguments);
  }

  private static CommandLine commandLine(
      Application application, Interruption interruption, String... arguments) {
    CommandLine line = new CommandLine(new Main(), new Commands(application));
    line.getCommandSpec().addOption(pluginsFlag());
    line.setExpandAtFiles(false); // a prompt is what the user typed
    String first = arguments.length > 0 ? arguments[0] : "";
    if (WITHOUT_TASKS.contains(first)) {
      line.addSubcommand(TrainCommand.bare());
      line.addSubcommand(ExplainCommand.bare());
      line.addSubcommand(ExamplesCommand.bare());
    } else {
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
      line.addSubcommand(new CommandLine(ConvertCommand.spec(application)));
      line.addSubcommand(new CommandLine(VerifyCommand.spec(application, interruption)));
      AbilityCommand.addAll(line, application);
    }
    line.setParameterExceptionHandler(
        (exception, words) -> Failures.onWrongArguments(exception, application, words));
    line.setExecutionExceptionHandler(
        (exception, failed, _) -> Failures.report(exception, application, failed.getErr()));
    return line;
  }

  /** For the help alone: plug-ins are loaded before the commands are made. */
  private static OptionSpec pluginsFlag() {
    return OptionSpec.builder(PluginPaths.FLAG)
        .type(List.class)
        .auxiliaryTypes(Path.class)
        .paramLabel("PATH")
        .description(
            "load plug-ins: a jar or a folder of jars, before or after the command's name; repeatable, and also read from the environment variable "
                + PluginPaths.VARIABLE)
        .build();
  }

  /** Without a command: lists the commands, on standard error because there is no result. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
