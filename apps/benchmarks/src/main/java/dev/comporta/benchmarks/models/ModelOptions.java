package dev.comporta.benchmarks.models;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the inputs of a model are drawn.
 *
 * @param sizes sizes of dynamic axes, by the name of the axis, or {@code INPUT.N} for axis N of an
 *     input
 * @param values numbers that fill an input, by its name
 * @param states the output with the next value of each state, by the name of its input; if empty,
 *     states are recognised
 * @param stateless whether to feed nothing back
 */
public record ModelOptions(
    Map<String, Integer> sizes,
    Map<String, Double> values,
    Map<String, String> states,
    boolean stateless) {
  /** Nothing is given. */
  public static final ModelOptions NONE = new ModelOptions(Map.of(), Map.of(), Map.of(), false);

  /** Copies the maps. */
  public ModelOptions {
    sizes = Map.copyOf(sizes);
    values = Map.copyOf(values);
    states = Map.copyOf(states);
  }

  /** These options, and where they say nothing the others. */
  ModelOptions or(ModelOptions others) {
    return new ModelOptions(
        joined(sizes, others.sizes),
        joined(values, others.values),
        states.isEmpty() ? others.states : states,
        stateless || others.stateless);
  }

  private static <V> Map<String, V> joined(Map<String, V> first, Map<String, V> second) {
    Map<String, V> all = new LinkedHashMap<>(second);
    all.putAll(first);
    return all;
  }
}
