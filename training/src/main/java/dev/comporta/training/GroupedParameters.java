package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.model.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * The assignment of parameters to groups.
 *
 * @param learned the parameters that are updated (neither constant nor frozen), in order
 * @param spans their element ranges; adjacent ranges of one group are merged
 */
record GroupedParameters(List<Parameter> learned, List<Span> spans) {
  /** Marks the group of parameters that match no pattern; it becomes the last group. */
  private static final int OTHERS = -1;

  /**
   * A range of elements of one group.
   *
   * @param group the index of the group; the number of groups for parameters that match none
   * @param from the first element
   * @param to one past the last
   */
  record Span(int group, int from, int to) {}

  static GroupedParameters of(List<Parameter> parameters, List<ParameterGroup> groups) {
    List<Parameter> learned = new ArrayList<>();
    List<Span> spans = new ArrayList<>();
    int[] members = new int[groups.size()];
    for (Parameter parameter : parameters) {
      int group = groupOf(parameter.name(), groups);
      if (group != OTHERS) {
        members[group]++;
        if (groups.get(group).frozen()) {
          continue;
        }
      }
      if (!parameter.trained()) {
        continue;
      }
      learned.add(parameter);
      add(
          spans,
          new Span(group == OTHERS ? groups.size() : group, parameter.offset(), parameter.end()));
    }
    for (int group = 0; group < members.length; group++) {
      if (members[group] == 0) {
        throw nothingIn(groups.get(group), parameters);
      }
    }
    if (learned.isEmpty() && !parameters.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[trainer] expected at least one trainable parameter but all %d are frozen",
              parameters.size()));
    }
    return new GroupedParameters(List.copyOf(learned), List.copyOf(spans));
  }

  private static int groupOf(String name, List<ParameterGroup> groups) {
    for (int group = 0; group < groups.size(); group++) {
      if (groups.get(group).matches(name)) {
        return group;
      }
    }
    return OTHERS;
  }

  private static void add(List<Span> spans, Span next) {
    Span last = spans.isEmpty() ? null : spans.getLast();
    if (last != null && last.group() == next.group() && last.to() == next.from()) {
      spans.set(spans.size() - 1, new Span(last.group(), last.from(), next.to()));
    } else {
      spans.add(next);
    }
  }

  private static InvalidOptionException nothingIn(
      ParameterGroup group, List<Parameter> parameters) {
    List<String> names = parameters.stream().map(Parameter::name).toList();
    String wanted = String.join(", ", group.patterns());
    String reason =
        names.stream().anyMatch(group::matches)
            ? "an earlier group contains all parameters that match"
            : UnknownNameException.nearest(group.patterns().getFirst(), names)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("the parameters are " + String.join(", ", names));
    return new InvalidOptionException(
        formatted(
            "[parameter-group %s] expected the pattern to match at least one parameter but it matches none; %s",
            wanted, reason));
  }
}
