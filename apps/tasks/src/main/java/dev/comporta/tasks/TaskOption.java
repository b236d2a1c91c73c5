package dev.comporta.tasks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import org.apiguardian.api.API;

/**
 * A setting of a task.
 *
 * @param name its name, {@code learning-rate} for the flag {@code --learning-rate}
 * @param type what its values are
 * @param otherwise the default in words, for the help
 * @param description one line for the help
 */
@API(status = API.Status.EXPERIMENTAL)
public record TaskOption(String name, Type type, String otherwise, String description) {
  /** What the values of a setting are. */
  public enum Type {
    /** A whole number, such as 128. */
    WHOLE("a whole number"),
    /** A number, such as 0.002. */
    REAL("a number"),
    /** Text, such as a name or a path. */
    TEXT("text");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    /**
     * What a message calls such a value.
     *
     * @return for instance {@code a whole number}
     */
    public String words() {
      return words;
    }
  }

  /**
   * A setting that is a whole number.
   *
   * @param name its name
   * @param otherwise the default in words
   * @param description one line for the help
   * @return the setting
   */
  public static TaskOption whole(String name, String otherwise, String description) {
    return new TaskOption(name, Type.WHOLE, otherwise, description);
  }

  /**
   * A setting that is a number.
   *
   * @param name its name
   * @param otherwise the default in words
   * @param description one line for the help
   * @return the setting
   */
  public static TaskOption real(String name, String otherwise, String description) {
    return new TaskOption(name, Type.REAL, otherwise, description);
  }

  /**
   * A setting that is text.
   *
   * @param name its name
   * @param otherwise the default in words
   * @param description one line for the help
   * @return the setting
   */
  public static TaskOption text(String name, String otherwise, String description) {
    return new TaskOption(name, Type.TEXT, otherwise, description);
  }

  /**
   * Reads a value from a command line.
   *
   * @param text what was typed
   * @return a {@link Long}, {@link Double} or {@link String}
   * @throws InvalidOptionException if it is not of the type
   */
  public Object parse(String text) {
    try {
      return switch (type) {
        case WHOLE -> Long.parseLong(text.strip());
        case REAL -> parseReal(text.strip());
        case TEXT -> text;
      };
    } catch (NumberFormatException e) {
      throw new InvalidOptionException(
          formatted("--%s expected %s but got %s", name, type.words(), Printable.quoted(text)));
    }
  }

  private static double parseReal(String text) {
    if (!Decimals.isDecimal(text)) {
      throw new NumberFormatException("not a decimal number: " + Printable.quote(text));
    }
    return Double.parseDouble(text);
  }
}
