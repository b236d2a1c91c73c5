package dev.comporta.frame.options;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Decimals;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.model.SpecText;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the values of an option are: how one is read from text, a configuration file or a model
 * file, and how a model file stores it.
 *
 * @param label the placeholder in a help text, such as {@code N}; empty for a flag
 * @param kind the type of the value in a configuration file
 * @param range the allowed values in words, such as {@code a whole number of 1 or more}
 * @param reader turns a stored or typed value into one of this type; null if it is not one
 * @param writer turns a value into what a model file stores
 * @param <T> the type of a value
 */
public record ValueType<T>(
    String label,
    Kind kind,
    String range,
    Function<Object, @Nullable T> reader,
    Function<T, Object> writer) {
  /** The type of a value in a configuration file. */
  public enum Kind {
    /** A whole number. */
    WHOLE("a whole number"),
    /** A number. */
    REAL("a number"),
    /** Text. */
    TEXT("text"),
    /** True or false, or the words yes and no. */
    FLAG("true or false"),
    /** Texts; an option that may be given several times. */
    LIST("a list of texts");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** {@return the type in words, for messages, such as {@code a whole number}} */
    public String words() {
      return words;
    }
  }

  /** The allowed values in words, for a message about a value that is none of them. */
  String expected(Object value) {
    Long number = kind == Kind.WHOLE ? asWhole(value) : null;
    return number != null && number > Integer.MAX_VALUE && range.endsWith("or more")
        ? formatted("%s, up to %d,", range, Integer.MAX_VALUE)
        : range;
  }

  static ValueType<Integer> whole(int least, int most) {
    return new ValueType<>(
        "N",
        Kind.WHOLE,
        most == Integer.MAX_VALUE
            ? formatted("a whole number of %d or more", least)
            : formatted("a whole number from %d to %d", least, most),
        value -> {
          Long number = asWhole(value);
          return number == null || number < least || number > most
              ? null
              : Integer.valueOf(number.intValue());
        },
        Integer::longValue);
  }

  static ValueType<Double> real(double least, double most) {
    return real(
        most == Double.MAX_VALUE
            ? formatted("a finite number of %s or more", least)
            : formatted("a number from %s to %s", least, most),
        number -> number >= least && number <= most);
  }

  static ValueType<Double> positive() {
    return real("a finite number above 0", number -> number > 0 && number <= Double.MAX_VALUE);
  }

  private static ValueType<Double> real(String range, Predicate<Double> allowed) {
    return new ValueType<>(
        "X",
        Kind.REAL,
        range,
        value -> {
          Double number = asReal(value);
          return number != null && allowed.test(number) ? number : null;
        },
        value -> value);
  }

  static ValueType<String> text(String label, boolean blank) {
    return new ValueType<>(
        label,
        Kind.TEXT,
        "text",
        value -> value instanceof String text && (blank || !text.isBlank()) ? text : null,
        value -> value);
  }

  static ValueType<Charset> charset() {
    return new ValueType<>(
        "CHARSET",
        Kind.TEXT,
        "the name of a charset, such as UTF-8, UTF-16 or windows-1252,",
        value -> value instanceof String text ? asCharset(text.strip()) : null,
        Charset::name);
  }

  private static @Nullable Charset asCharset(String name) {
    try {
      return Charset.forName(name.equalsIgnoreCase("latin-1") ? "latin1" : name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return null; // the caller names the option, what it expects and the text
    }
  }

  static ValueType<String> choice(String what, List<String> words) {
    return new ValueType<>(
        String.join("|", words),
        Kind.TEXT,
        String.join(" or ", words),
        value -> {
          if (value instanceof String word && !word.isBlank() && !words.contains(word)) {
            throw new UnknownNameException("value of --" + what, word, words);
          }
          return value instanceof String word && words.contains(word) ? word : null;
        },
        value -> value);
  }

  static ValueType<Boolean> flag() {
    return new ValueType<>(
        "",
        Kind.FLAG,
        "yes or no",
        value ->
            switch (value) {
              case Boolean flag -> flag;
              case String word when word.equals("yes") || word.equals("true") -> true;
              case String word when word.equals("no") || word.equals("false") -> false;
              default -> null;
            },
        value -> value ? "yes" : "no");
  }

  static ValueType<Path> path(String label) {
    return new ValueType<>(
        label,
        Kind.TEXT,
        "a path",
        value ->
            switch (value) {
              case Path path -> path; // given by a program
              case String text when !text.isBlank() -> asPath(text);
              default -> null;
            },
        Path::toString);
  }

  static ValueType<List<Path>> paths(String label) {
    return new ValueType<>(
        label,
        Kind.LIST,
        "one or more paths",
        value -> {
          List<?> texts = value instanceof List<?> list ? list : List.of(value);
          boolean valid =
              !texts.isEmpty()
                  && texts.stream().allMatch(it -> it instanceof String text && !text.isBlank());
          return valid ? texts.stream().map(text -> asPath((String) text)).toList() : null;
        },
        paths -> paths.stream().map(Path::toString).toList());
  }

  static ValueType<Spec> spec(String what) {
    return new ValueType<>(
        "NAME[:OPTION=VALUE,...]",
        Kind.TEXT,
        "a name with options, as in name:option=value",
        value ->
            value instanceof String text && !text.isBlank()
                ? SpecText.parse("--" + what, text)
                : null,
        SpecText::print);
  }

  private static Path asPath(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new InvalidOptionException(
          formatted(
              "expected the name of a file but got '%s', which cannot be one here: %s; if it has letters beyond ASCII, set LC_ALL=C.UTF-8",
              Printable.quote(text), e.getReason()));
    }
  }

  private static @Nullable Long asWhole(Object value) {
    if (value instanceof String text) {
      try {
        return Long.valueOf(text.strip());
      } catch (NumberFormatException _) {
        return null; // the caller names the option, the range and the text
      }
    }
    return switch (value) {
      case Long number -> number;
      case Integer number -> Long.valueOf(number); // given by a program
      default -> null;
    };
  }

  /** Only digits, sign, point and exponent: not Java's hexadecimal floats, suffixes and names. */
  private static @Nullable Double asReal(Object value) {
    return switch (value) {
      case Double number -> number;
      case Long number -> number.doubleValue();
      case String text when Decimals.isDecimal(text.strip()) -> Double.valueOf(text.strip());
      default -> null;
    };
  }
}
