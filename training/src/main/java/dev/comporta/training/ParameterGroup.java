package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Optimizer;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A group of parameters with its own learning rate or optimizer, or that is frozen. A parameter
 * belongs to the first group with a pattern that matches its name; parameters that match no group
 * follow the general rules.
 *
 * @param patterns patterns of parameter names such as {@code layers.0.table}, {@code *.b} or {@code
 *     layers.0.*}, where {@code *} matches any run of characters; at least one
 * @param rateFactor the factor by which the learning rate of every update is multiplied; above 0
 * @param optimizer the group's optimizer, or null for the general one
 * @param frozen whether the parameters are not updated; their gradients are then excluded from
 *     norms
 */
@API(status = API.Status.EXPERIMENTAL)
public record ParameterGroup(
    List<String> patterns, double rateFactor, @Nullable Optimizer optimizer, boolean frozen) {
  /**
   * Checks the group.
   *
   * @throws InvalidOptionException if there is no pattern, a pattern is empty, or the factor is not
   *     above 0
   */
  public ParameterGroup {
    patterns = List.copyOf(patterns);
    if (patterns.isEmpty() || patterns.stream().anyMatch(String::isBlank)) {
      throw new InvalidOptionException(
          formatted(
              "[parameter-group] expected patterns of parameter names, such as 'layers.0.*', but got %s",
              patterns));
    }
    if (!(rateFactor > 0 && rateFactor < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          formatted(
              "[parameter-group %s] expected a learning-rate factor above 0 but got %s; to leave parameters unchanged, freeze them",
              String.join(", ", patterns), rateFactor));
    }
  }

  /**
   * A group that follows the general rules.
   *
   * @param patterns patterns of parameter names
   * @return the group; set its rules with the other methods
   */
  public static ParameterGroup of(String... patterns) {
    return new ParameterGroup(List.of(patterns), 1, null, false);
  }

  /**
   * This group with another learning rate.
   *
   * @param factor the factor by which the learning rate of every update is multiplied; above 0
   * @return the new group
   */
  public ParameterGroup rateFactor(double factor) {
    return new ParameterGroup(patterns, factor, optimizer, frozen);
  }

  /**
   * This group with its own optimizer, such as the same one without weight decay.
   *
   * @param rule the optimizer; its state covers only this group
   * @return the new group
   */
  public ParameterGroup optimizer(Optimizer rule) {
    return new ParameterGroup(patterns, rateFactor, rule, frozen);
  }

  /**
   * This group with its parameters frozen.
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
