package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Optimizer;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that are updated by rules of their own: another learning rate, another optimizer, or
 * not at all. A parameter belongs to the first group with a pattern of its name, and to none if
 * there is no such group.
 *
 * @param patterns names such as {@code layers.0.table}, in which {@code *} stands for any run of
 *     characters, such as {@code *.b} or {@code layers.0.*}; at least one
 * @param rateFactor what the learning rate of every update is multiplied by; above 0
 * @param optimizer the rule, or null for that of all others
 * @param frozen whether the parameters stay as they are; their gradients are then no part of norms
 */
@API(status = API.Status.EXPERIMENTAL)
public record ParameterGroup(
    List<String> patterns, double rateFactor, @Nullable Optimizer optimizer, boolean frozen) {
  /**
   * Checks the group.
   *
   * @throws InvalidOptionException if it has no pattern or an empty one, or a factor not above 0
   */
  public ParameterGroup {
    patterns = List.copyOf(patterns);
    if (patterns.isEmpty() || patterns.stream().anyMatch(String::isBlank)) {
      throw new InvalidOptionException(
          "[parameter-group] expected patterns of parameter names, such as 'layers.0.*', but got %s"
              .formatted(patterns));
    }
    if (!(rateFactor > 0 && rateFactor < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          "[parameter-group %s] expected a factor of the learning rate above 0 but got %s; freeze parameters that should not move"
              .formatted(String.join(", ", patterns), rateFactor));
    }
  }

  /**
   * A group that is updated like all others.
   *
   * @param patterns patterns of names
   * @return the group, to be given rules of its own
   */
  public static ParameterGroup of(String... patterns) {
    return new ParameterGroup(List.of(patterns), 1, null, false);
  }

  /**
   * This group with another learning rate.
   *
   * @param factor what the learning rate of every update is multiplied by; above 0
   * @return the new group
   */
  public ParameterGroup rateFactor(double factor) {
    return new ParameterGroup(patterns, factor, optimizer, frozen);
  }

  /**
   * This group with an optimizer of its own, such as the same rule without weight decay.
   *
   * @param rule the optimizer; its memory is kept for this group alone
   * @return the new group
   */
  public ParameterGroup optimizer(Optimizer rule) {
    return new ParameterGroup(patterns, rateFactor, rule, frozen);
  }

  /**
   * This group, kept as it is.
   *
   * @return the new group
   */
  public ParameterGroup freeze() {
    return new ParameterGroup(patterns, rateFactor, optimizer, true);
  }

  boolean matches(String name) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }

  /** An asterisk stands for any characters; after a mismatch the last one takes one more. */
  private static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int asterisk = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        asterisk = p++;
        resume = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (asterisk >= 0) {
        p = asterisk + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
