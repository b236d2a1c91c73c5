package dev.comporta.tasks.programs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads programs with what they print, line by line. Programs are separated by empty lines; a
 * comment that is a whole number, such as {@code # 25011} in the last line of a program, says what
 * it prints, and is compared with what it prints when it is run.
 */
public final class ProgramReader {
  private final String file;
  private final Consumer<Known> programs;
  private final List<String> lines = new ArrayList<>();
  private @Nullable String told;
  private long length;
  private int line;

  /** The lines before the program. */
  private int before;

  /**
   * A program and what it prints.
   *
   * @param program its text, without empty lines and comments
   * @param output the number
   */
  public record Known(String program, String output) {}

  /**
   * Starts a reader.
   *
   * @param file its name, for messages
   * @param programs takes each program as soon as it ends
   */
  public ProgramReader(String file, Consumer<Known> programs) {
    this.file = file;
    this.programs = programs;
  }

  /**
   * {@return all programs of a text}
   *
   * @param file its name, for messages
   * @param text programs
   * @throws ComportaException if there is none, or one cannot be used
   */
  public static List<Known> read(String file, String text) {
    List<Known> all = new ArrayList<>();
    ProgramReader reader = new ProgramReader(file, all::add);
    text.lines().forEach(reader::add);
    reader.end();
    if (all.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[execute] expected programs, such as print(12+30), in %s but it has none", file));
    }
    return all;
  }

  /**
   * Reads a line.
   *
   * @param text the line
   * @throws ComportaException if a program ends with it that cannot be used
   */
  public void add(String text) {
    line++;
    String bare = text.strip();
    if (bare.isEmpty()) {
      end();
      return;
    }
    if (told != null) {
      throw new ComportaException(
          formatted(
              "[execute] expected an empty line after the output of a program at line %d of %s but got '%s'",
              line, file, Printable.quote(text)));
    }
    if (lines.isEmpty()) {
      before = line - 1;
    }
    if (bare.startsWith("#")) {
      String comment = bare.substring(1).strip();
      told = comment.matches("-?\\d{1,19}") && !lines.isEmpty() ? comment : null;
    }
    length += text.length() + 1L;
    if (length > 2L * Program.LONGEST) {
      throw new ComportaException(
          formatted(
              "[execute] expected programs of at most %,d characters, with an empty line after each, but the one that ends at line %d of %s is longer",
              Program.LONGEST, line, file));
    }
    lines.add(text);
  }

  /**
   * Ends the last program.
   *
   * @throws ComportaException if it cannot be used
   */
  public void end() {
    boolean blank = lines.stream().allMatch(it -> it.strip().startsWith("#"));
    if (!blank) {
      Program.Origin origin = new Program.Origin(file, before);
      String output = Program.parse(String.join("\n", lines), origin).run();
      if (told != null && !told.equals(output)) {
        throw origin.refusal("the output of the program", "it prints " + output, lines.size());
      }
      programs.accept(new Known(bare(lines), output));
    }
    lines.clear();
    told = null;
    length = 0;
  }

  /** The lines without comments and blanks at their ends. */
  private static String bare(List<String> lines) {
    return lines.stream()
        .map(ProgramParser::code)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
