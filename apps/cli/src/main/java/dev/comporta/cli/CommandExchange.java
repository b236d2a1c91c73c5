package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.frame.Ability;
import dev.comporta.frame.ColoredText;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.serialization.ModelFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The input and output of an ability's command. */
final class CommandExchange implements Ability.Exchange, AutoCloseable {
  /** The property in which the launcher says that standard output is a terminal with colours. */
  static final String COLORS = "comporta.terminal.colors";

  private static final Path STANDARD = Path.of("-");

  private final List<String> arguments;
  private final @Nullable Path inputFile;
  private final @Nullable Path outputFile;
  private final boolean json;
  private final CommandLine line;
  private PrintWriter out;
  private @Nullable InputStream input;
  private @Nullable BufferedReader reader;

  CommandExchange(
      List<String> arguments,
      @Nullable Path input,
      @Nullable Path output,
      boolean json,
      CommandLine line) {
    this.arguments = List.copyOf(arguments);
    this.inputFile = STANDARD.equals(input) ? null : input;
    this.outputFile = STANDARD.equals(output) ? null : output;
    this.json = json;
    this.line = line;
    this.out = line.getOut();
  }

  /**
   * Runs an ability. A file of answers replaces what is there only when all answers are written.
   *
   * @param model the file of the model, which must not be replaced by answers
   * @param action asks this exchange for input and gives it answers
   */
  void run(Path model, Consumer<Ability.Exchange> action) {
    if (outputFile == null) {
      action.accept(this);
      return;
    }
    OutputFile.requireWritable("--output", outputFile);
    OutputFile.requireOther("--output", outputFile, "--model", model);
    if (inputFile != null) {
      OutputFile.requireOther("--output", outputFile, "--input", inputFile);
    }
    try {
      AtomicFile.write(
          outputFile,
          stream -> {
            CommandOutput file =
                CommandOutput.to(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
            out = file;
            action.accept(this);
            IOException failure = file.failure();
            if (failure != null) {
              throw failure;
            }
          });
    } catch (ModelFileException e) {
      throw new ComportaException("--output: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public BufferedReader input() {
    if (reader == null) {
      reader = new BufferedReader(new InputText(bytes(), inputName()));
    }
    return reader;
  }

  @Override
  public InputStream bytes() {
    if (input == null) {
      input = open();
    }
    return input;
  }

  private InputStream open() {
    if (inputFile == null) {
      return System.in;
    }
    try {
      if (Files.isDirectory(inputFile)) {
        throw new ComportaException(
            formatted("--input expected a file but %s is a folder", inputFile));
      }
      return Files.newInputStream(inputFile);
    } catch (NoSuchFileException e) {
      throw new ComportaException(
          formatted("--input expected a file but there is no %s", inputFile), e);
    } catch (IOException e) {
      throw new ComportaException(
          formatted("--input %s cannot be read: %s", inputFile, e.getMessage()), e);
    }
  }

  @Override
  public boolean hasInputFile() {
    return inputFile != null;
  }

  @Override
  public String inputName() {
    return inputFile == null ? "standard input" : inputFile.toString();
  }

  @Override
  public void answer(Map<String, ?> figures, String text) {
    print(json ? Json.line(figures) : Printable.text(text));
  }

  @Override
  public void answer(Map<String, ?> figures, ColoredText text) {
    if (json || outputFile != null || !hasColors()) {
      answer(figures, text.plain());
    } else {
      print(text.colored());
    }
  }

  private void print(String line) {
    out.println(line);
    if (outputFile == null) {
      Failures.requireWritten(out);
    }
  }

  /** Whether standard output shows colours, and the user has not refused them (no-color.org). */
  private static boolean hasColors() {
    String refused = System.getenv("NO_COLOR");
    return Boolean.getBoolean(COLORS) && (refused == null || refused.isEmpty());
  }

  @Override
  public void log(String note) {
    line.getErr().println(Printable.line(note));
    line.getErr().flush();
  }

  @Override
  public void close() {
    try {
      if (inputFile != null && input != null) {
        input.close();
      }
    } catch (IOException e) {
      throw new ComportaException(
          formatted("--input %s cannot be closed: %s", inputFile, e.getMessage()), e);
    }
  }
}
