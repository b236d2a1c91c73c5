package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The flags of a subcommand, {@code --name value}, each of which is taken once. */
final class Flags {
  private final String command;
  private final Map<String, String> left = new LinkedHashMap<>();

  Flags(String command, List<String> words) {
    this.command = command;
    for (int i = 0; i < words.size(); i += 2) {
      String name = words.get(i);
      if (!name.startsWith("--") || name.length() < 3 || i + 1 == words.size()) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected flags with values, as in --tasks 2, but got '%s'%s",
                command, name, i + 1 == words.size() ? " without one" : ""));
      }
      if (left.put(name.substring(2), words.get(i + 1)) != null) {
        throw new InvalidOptionException(formatted("[%s] %s is given twice", command, name));
      }
    }
  }

  /** A value that must be given. */
  String take(String name) {
    String value = left.remove(name);
    if (value == null) {
      throw new InvalidOptionException(formatted("[%s] expected --%s but got none", command, name));
    }
    return value;
  }

  /** A value, or what holds if it is not given. */
  String take(String name, String otherwise) {
    String value = left.remove(name);
    return value == null ? otherwise : value;
  }

  int whole(String name, String otherwise) {
    return parsed(name, otherwise, "a whole number", Integer::valueOf);
  }

  double number(String name, String otherwise) {
    return parsed(name, otherwise, "a number", Double::valueOf);
  }

  private <T> T parsed(String name, String otherwise, String expected, Function<String, T> parser) {
    String value = take(name, otherwise);
    try {
      return parser.apply(value);
    } catch (NumberFormatException e) {
      throw wrong(name, expected, value);
    }
  }

  InvalidOptionException wrong(String name, String expected, String value) {
    return new InvalidOptionException(
        formatted("[%s] --%s expected %s but got '%s'", command, name, expected, value));
  }

  /** All that were not taken. */
  Map<String, String> rest() {
    return left;
  }

  void requireAllTaken() {
    if (!left.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[%s] does not know --%s; see docs/guide/spark.md",
              command, left.keySet().iterator().next()));
    }
  }
}
