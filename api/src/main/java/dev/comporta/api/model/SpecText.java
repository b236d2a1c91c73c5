package dev.comporta.api.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Decimals;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Specifications as they are typed on a command line or in a configuration file:
 *
 * <pre>
 *   specification = name [ ":" option { "," option } ]
 *   option        = name "=" value
 *   value         = number | true | false | word | "[" value { "," value } "]" | "(" specification ")"
 * </pre>
 *
 * <p>Such as {@code sgd:momentum=0.9,nesterov=true} or {@code
 * linear-warmup:length=200,then=(cosine:minimum=0.0001)}. Spaces around names and values do not
 * matter.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SpecText {
  /** Specifications and lists within one another, as in a model file. */
  private static final int DEEPEST = 24;

  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");

  private final String what;
  private final String text;
  private int at;
  private int depth;

  private SpecText(String what, String text) {
    this.what = what;
    this.text = text;
  }

  /**
   * {@return the specification that a text holds}
   *
   * @param what whose value it is, for messages, such as {@code --optimizer}
   * @param text what was typed
   * @throws InvalidOptionException if the text is none, saying where
   */
  public static Spec parse(String what, String text) {
    SpecText reader = new SpecText(what, text);
    Spec spec = reader.spec();
    reader.requireEnd();
    return spec;
  }

  /**
   * {@return specifications with semicolons between them, at least one}
   *
   * @param what whose value it is, for messages
   * @param text what was typed
   * @throws InvalidOptionException if the text is none, saying where
   */
  public static List<Spec> parseAll(String what, String text) {
    SpecText reader = new SpecText(what, text);
    List<Spec> specs = new ArrayList<>();
    do {
      specs.add(reader.spec());
    } while (reader.skip(';'));
    reader.requireEnd();
    return List.copyOf(specs);
  }

  /**
   * {@return a specification as text that {@link #parse} reads again}
   *
   * @param spec whose texts are words
   */
  public static String print(Spec spec) {
    if (spec.options().isEmpty()) {
      return spec.name();
    }
    List<String> options = new ArrayList<>();
    spec.options().forEach((name, value) -> options.add(name + "=" + print(value)));
    return spec.name() + ":" + String.join(",", options);
  }

  private static String print(Object value) {
    return switch (value) {
      case Spec spec -> "(" + print(spec) + ")";
      case List<?> list ->
          "[" + String.join(",", list.stream().map(item -> print((Object) item)).toList()) + "]";
      default -> value.toString();
    };
  }

  private void requireEnd() {
    if (at < text.length()) {
      throw wrong("nothing more");
    }
  }

  private Spec spec() {
    enter();
    String name = word("a name", ":,;()[]=");
    Map<String, Object> options = new LinkedHashMap<>();
    if (skip(':')) {
      do {
        String option = word("the name of an option", ":,;()[]=");
        if (!skip('=')) {
          throw wrong(formatted("'=' and the value of option '%s'", Printable.quote(option)));
        }
        if (options.containsKey(option)) {
          throw new InvalidOptionException(
              formatted(
                  "%s expected each option once but got '%s' twice in '%s'",
                  what, Printable.quote(option), Printable.quote(text)));
        }
        options.put(option, value());
      } while (skip(','));
    }
    depth--;
    return new Spec(name, options);
  }

  private void enter() {
    depth++;
    if (depth > DEEPEST) {
      throw new InvalidOptionException(
          formatted(
              "%s expected specifications and lists at most %d levels deep but '%s' goes deeper at character %d",
              what, DEEPEST, Printable.quote(text), at + 1));
    }
  }

  private Object value() {
    if (skip('(')) {
      Spec nested = spec();
      require(')');
      return nested;
    }
    if (skip('[')) {
      enter();
      List<Object> values = new ArrayList<>();
      do {
        values.add(value());
      } while (skip(','));
      require(']');
      depth--;
      return values;
    }
    String word = word("a value", ",;()[]=");
    if (WHOLE.matcher(word).matches()) {
      return Long.parseLong(word);
    }
    if (Decimals.isDecimal(word)) {
      return Double.parseDouble(word);
    }
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      default -> word;
    };
  }

  /** The text up to the next of these characters. */
  private String word(String expected, String ends) {
    int from = at;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at).strip();
    if (word.isEmpty()) {
      throw wrong(expected);
    }
    return word;
  }

  private boolean skip(char c) {
    int next = at;
    while (next < text.length() && text.charAt(next) == ' ') {
      next++;
    }
    if (next < text.length() && text.charAt(next) == c) {
      at = next + 1;
      return true;
    }
    return false;
  }

  private void require(char c) {
    if (!skip(c)) {
      throw wrong(formatted("'%s'", c));
    }
  }

  private InvalidOptionException wrong(String expected) {
    return new InvalidOptionException(
        formatted(
            "%s expected %s at character %d of '%s' but got %s; write NAME or NAME:option=value,option=value",
            what,
            expected,
            at + 1,
            Printable.quote(text),
            at < text.length() ? "'" + text.charAt(at) + "'" : "its end"));
  }
}
