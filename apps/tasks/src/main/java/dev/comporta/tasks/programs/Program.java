package dev.comporta.tasks.programs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.List;

/**
 * A program that prints one whole number, in a part of Python:
 *
 * <pre>
 * statement  = name ("=" | "+=" | "-=" | "*=") value
 *            | "print(" value ")"
 *            | "for" name "in range(" value "):" block
 *            | "while" comparison ":" block
 * block      = statements in the same line, or lines that are indented further
 * value      = sum ["if" comparison "else" value]
 * comparison = sum ("&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "==" | "!=") sum
 * sum        = product {("+" | "-") product}
 * product    = factor {"*" factor}
 * factor     = number | name | "-" factor | "(" value ")"
 * </pre>
 *
 * Values are whole numbers of 64 bits. Semicolons separate statements of a line, and {@code #}
 * begins a comment.
 */
public final class Program {
  /** The most characters of a program. */
  static final int LONGEST = 10_000;

  /** The most steps: statements that are done, and expressions that are computed. */
  static final int MOST_STEPS = 100_000;

  private final Origin origin;
  private final List<Syntax.Statement> body;

  private Program(Origin origin, List<Syntax.Statement> body) {
    this.origin = origin;
    this.body = List.copyOf(body);
  }

  /**
   * Where a program comes from, for messages.
   *
   * @param name of the file
   * @param before the lines of the file before the program
   */
  record Origin(String name, int before) {
    ComportaException refusal(String expected, String found, int line) {
      return new ComportaException(
          formatted(
              "[execute] expected %s at line %d of %s but %s",
              expected, before + line, name, found));
    }
  }

  /**
   * Parses a program.
   *
   * @throws ComportaException naming the line that is not understood
   */
  static Program parse(String text, Origin origin) {
    if (text.length() > LONGEST) {
      throw origin.refusal(
          formatted("a program of at most %,d characters", LONGEST),
          formatted("it has %,d", text.length()),
          1);
    }
    return new Program(origin, new ProgramParser(text, origin).program());
  }

  /**
   * Runs the program.
   *
   * @return the number that it prints
   * @throws ComportaException if it has not ended after {@link #MOST_STEPS} steps, prints no number
   *     or several, reads a variable that has no value, or a value needs more than 64 bits
   */
  String run() {
    return Long.toString(new Interpreter(origin).run(body));
  }
}
