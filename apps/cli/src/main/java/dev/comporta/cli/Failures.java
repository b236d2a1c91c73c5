package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is printed when a command cannot do what was asked: one sentence, or a bug with its trace.
 */
final class Failures {
  private Failures() {}

  /** The reader of standard output has ended: not a failure, and nothing more is printed. */
  private static final class ClosedPipeException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static int onWrongArguments(
      ParameterException exception, Application application, String[] arguments) {
    CommandLine line = exception.getCommandLine();
    String missing = missingProvider(application, arguments);
    if (missing != null) {
      print(line.getErr(), missing);
      return ExitCode.USAGE;
    }
    String misspelt =
        exception instanceof MissingParameterException ? unknownOption(line, arguments) : null;
    print(line.getErr(), misspelt == null ? sentence(exception) : misspelt);
    return ExitCode.USAGE;
  }

  /**
   * A command or a flag may be unknown because the plug-in is missing that brings it: the model
   * that the command names says which.
   */
  private static @Nullable String missingProvider(Application application, String[] arguments) {
    for (String argument : arguments) {
      String word = argument.substring(argument.indexOf('=') + 1);
      try {
        Path file = Path.of(word);
        if (Files.isRegularFile(file)) {
          ModelFiles.describe(file).provenance().requireProviders(word, application.catalog());
        }
      } catch (ModelFileException | InvalidPathException e) {
        // Not a model file: what is wrong with the arguments is said anyway.
      } catch (ComportaException e) {
        return e.getMessage();
      }
    }
    return null;
  }

  /** An option is often missing because it is misspelt, which picocli would report only later. */
  private static @Nullable String unknownOption(CommandLine line, String[] arguments) {
    for (String word : arguments) {
      if (word.startsWith("--") && !options(line).contains(nameOf(word))) {
        return unknownOption(line, word);
      }
    }
    return null;
  }

  private static String unknownOption(CommandLine line, String word) {
    String command = line.getCommandSpec().qualifiedName();
    return formatted(
        "'%s' has no option '%s'; %s",
        command,
        nameOf(word),
        UnknownNameException.nearest(nameOf(word), options(line))
            .map(near -> "did you mean '" + near + "'?")
            .orElse("see " + command + " --help"));
  }

  private static String nameOf(String word) {
    return word.indexOf('=') < 0 ? word : word.substring(0, word.indexOf('='));
  }

  private static @Nullable String sentence(ParameterException exception) {
    if (exception instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      CommandLine line = exception.getCommandLine();
      String word = unmatched.getUnmatched().getFirst();
      if (word.startsWith("-")) {
        return unknownOption(line, word);
      }
      if (!line.getSubcommands().isEmpty()) {
        return line.getCommand() instanceof TaskCommands tasks
            ? tasks.unknown(word)
            : new UnknownNameException("command", word, line.getSubcommands().keySet())
                .getMessage();
      }
      return formatted(
          "'%s' does not take the argument '%s'", line.getCommandSpec().qualifiedName(), word);
    }
    return exception.getMessage();
  }

  private static List<String> options(CommandLine line) {
    TreeSet<String> names = new TreeSet<>(line.getCommandSpec().optionsMap().keySet());
    names.add(PluginPaths.FLAG);
    return List.copyOf(names);
  }

  /** Says what went wrong: a sentence for what the user can mend, or a bug with its trace. */
  static int report(Throwable cause, Application application, PrintWriter err) {
    if (cause instanceof ClosedPipeException) {
      return ExitCodes.CLOSED_PIPE;
    }
    if (cause instanceof ComportaException) {
      print(err, cause.getMessage());
      return ExitCode.USAGE;
    }
    if (cause instanceof InvalidPathException path) {
      print(err, noPath(path));
      return ExitCode.USAGE;
    }
    String jar = Blame.sentence(cause, application).orElse(null);
    if (jar != null) {
      print(err, jar);
      return ExitCode.USAGE;
    }
    print(err, "this is a bug; please report it with what follows");
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    err.print(Printable.text(trace.toString()));
    err.flush();
    return ExitCode.SOFTWARE;
  }

  /** A locale without UTF-8, such as C, is the usual reason. */
  private static String noPath(InvalidPathException path) {
    return formatted(
        "expected the name of a file but got '%s', which cannot be one here: %s; if it has letters beyond ASCII, set LC_ALL=C.UTF-8",
        path.getInput().replace('\0', '?'), path.getReason());
  }

  /**
   * Flushes what a command has printed.
   *
   * @throws ClosedPipeException if what read it has ended, as {@code head} does
   * @throws ComportaException if it could not be written otherwise, such as to a full disk
   */
  static void requireWritten(PrintWriter out) {
    if (out.checkError()) {
      if (out instanceof CommandOutput output && output.isClosedPipe()) {
        throw new ClosedPipeException();
      }
      throw new ComportaException(
          "standard output cannot be written, perhaps because the disk is full; what was printed is not complete");
    }
  }

  /** The exit code of a command that has returned: a success only if its output was written. */
  static int afterPrinting(int code, CommandLine line) {
    try {
      if (code == ExitCode.OK) {
        requireWritten(line.getOut());
      }
      return code;
    } catch (ClosedPipeException e) {
      return ExitCodes.CLOSED_PIPE;
    } catch (ComportaException e) {
      print(line.getErr(), e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private static void print(PrintWriter err, @Nullable String sentence) {
    err.println("comporta: " + Printable.sentence(String.valueOf(sentence)));
    err.flush();
  }
}
