package dev.comporta.api.model;

import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * An option as a provider reads it.
 *
 * @param name its permanent name
 * @param values the allowed values in words, such as {@code a whole number of 1 or more}
 * @param words the allowed words; empty unless the values are words
 * @param fallback the default, of a type that a {@link Spec} holds; null if there is none
 * @param required whether it must be given
 */
@API(status = API.Status.STABLE)
public record OptionDescription(
    String name, String values, List<String> words, @Nullable Object fallback, boolean required) {
  /** Copies the list. */
  public OptionDescription {
    words = List.copyOf(words);
  }

  static OptionDescription choice(String name, List<String> words, String fallback) {
    return new OptionDescription(name, String.join(" or ", words), words, fallback, false);
  }
}
