package dev.comporta.api.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A tree of names and options that describes a model, a layer, a cell or an optimizer as data.
 *
 * <p>The name is a provider's permanent name. An option's value is a {@link String}, {@link
 * Boolean}, {@link Long}, {@link Double}, a {@code Spec}, or a {@link List} of these. Two
 * specifications are equal if they have the same names and options; the order of options does not
 * matter.
 *
 * @param name the provider's name, such as {@code lstm}
 * @param options values by option name, in the order in which they were given
 */
@API(status = API.Status.STABLE)
public record Spec(String name, Map<String, Object> options) {
  /**
   * Copies the options, widening {@code int} to {@code long} and {@code float} to {@code double}.
   */
  public Spec {
    Map<String, Object> copy = new LinkedHashMap<>();
    options.forEach((key, value) -> copy.put(key, normal(name, key, value)));
    options = Collections.unmodifiableMap(copy);
  }

  /**
   * A specification without options.
   *
   * @param name the provider's name
   * @return the specification
   */
  public static Spec of(String name) {
    return new Spec(name, Map.of());
  }

  /**
   * This specification with an option added or replaced.
   *
   * @param option the name of the option
   * @param value its value, of one of the types above or an {@code int} or {@code float}
   * @return the new specification
   * @throws InvalidOptionException if the value is of an unsupported type
   */
  public Spec with(String option, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new Spec(name, more);
  }

  /**
   * A reader of the options that keeps track of which ones were read.
   *
   * @return a new reader
   */
  public OptionReader reader() {
    return new OptionReader(this);
  }

  private static Object normal(String name, String option, Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(item -> normal(name, option, item)).toList();
    }
    if (value instanceof String
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double
        || value instanceof Spec) {
      return value;
    }
    throw new InvalidOptionException(
        formatted(
            "[%s] option '%s' expected text, a number, true or false, a specification or a list but got %s",
            name, option, value.getClass().getSimpleName()));
  }
}
