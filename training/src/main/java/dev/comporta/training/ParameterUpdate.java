package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The optimizers of all groups with their state, applied to the parameters in ranges that are
 * distributed over the worker threads. Groups whose optimizers have a slot of the same name share
 * its array; each uses the elements of its own parameters.
 */
final class ParameterUpdate {
  /** Elements in a range: a few microseconds of work. */
  private static final int RANGE = 8192;

  private final Parameters parameters;
  private final Workers workers;
  private final List<Parameter> learned;
  private final List<Group> groups = new ArrayList<>();
  private final List<Range> ranges = new ArrayList<>();
  private final Map<String, float[]> slots = new LinkedHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // the state of one optimizer, updated in place
  private record Group(
      Optimizer optimizer, double rateFactor, List<float[]> slots, double[] scalars) {}

  private record Range(Group group, int from, int to) {}

  ParameterUpdate(
      Optimizer optimizer, List<ParameterGroup> own, Parameters parameters, Workers workers) {
    this.parameters = parameters;
    this.workers = workers;
    for (ParameterGroup group : own) {
      groups.add(
          group(group.optimizer() == null ? optimizer : group.optimizer(), group.rateFactor()));
    }
    groups.add(group(optimizer, 1));
    GroupedParameters grouped = GroupedParameters.of(parameters.all(), own);
    this.learned = grouped.learned();
    for (GroupedParameters.Span span : grouped.spans()) {
      for (int from = span.from(); from < span.to(); from += RANGE) {
        ranges.add(new Range(groups.get(span.group()), from, Math.min(span.to(), from + RANGE)));
      }
    }
  }

  private Group group(Optimizer optimizer, double rateFactor) {
    List<float[]> own = new ArrayList<>();
    for (String slot : optimizer.slots()) {
      own.add(slots.computeIfAbsent(slot, _ -> new float[parameters.count()]));
    }
    return new Group(optimizer, rateFactor, own, new double[optimizer.scalars().size()]);
  }

  /** The parameters that are not frozen, in order. */
  List<Parameter> learned() {
    return learned;
  }

  void apply(long step, double learningRate, float[] gradients) {
    for (Group group : groups) {
      group.optimizer.prepare(step, learningRate * group.rateFactor, group.scalars);
    }
    workers.run(
        ranges.size(),
        index -> {
          Range range = ranges.get(index);
          Group group = range.group;
          group.optimizer.update(
              new Optimizer.Update(
                  step,
                  learningRate * group.rateFactor,
                  parameters.values(),
                  gradients,
                  group.slots,
                  group.scalars,
                  range.from,
                  range.to));
        });
    parameters.changed();
  }

  Map<String, float[]> slots() {
    Map<String, float[]> copy = new LinkedHashMap<>();
    slots.forEach((name, values) -> copy.put(name, values.clone()));
    return copy;
  }

  /** The scalars of all groups, one group after another. */
  double[] scalars() {
    return groups.stream().flatMapToDouble(group -> Arrays.stream(group.scalars)).toArray();
  }

  /** Rejects a saved state that does not belong to these optimizers. */
  void check(Map<String, float[]> savedSlots, double[] savedScalars) {
    int numbers = groups.stream().mapToInt(group -> group.scalars.length).sum();
    if (savedSlots.size() != slots.size() || savedScalars.length != numbers) {
      throw new ComportaException(
          formatted(
              "[resume] expected %d arrays and %d numbers of optimizer state but the checkpoint has %d and %d; it was written for another optimizer",
              slots.size(), numbers, savedSlots.size(), savedScalars.length));
    }
    slots.forEach((name, values) ->
        requireNumbers(
            "optimizer array " + name,
            FloatArrays.check("optimizer array " + name, values, savedSlots.get(name))));
    for (int i = 0; i < savedScalars.length; i++) {
      if (!Double.isFinite(savedScalars[i])) {
        throw new ComportaException(
            formatted(
                "[resume] expected finite numbers of the optimizer but number %d of the checkpoint's is %s; go on from an earlier checkpoint",
                i, savedScalars[i]));
      }
    }
  }

  /** Infinity is what a squared gradient may overflow to. */
  private static void requireNumbers(String what, float[] saved) {
    for (int i = 0; i < saved.length; i++) {
      if (Float.isNaN(saved[i])) {
        throw new ComportaException(
            formatted(
                "[resume] expected numbers for %s but element %d of the checkpoint's is NaN; go on from an earlier checkpoint",
                what, i));
      }
    }
  }

  /** Restores a saved state that passed the check. */
  void restore(Map<String, float[]> savedSlots, double[] savedScalars) {
    slots.forEach((name, values) ->
        FloatArrays.restore("optimizer array " + name, values, savedSlots.get(name)));
    int from = 0;
    for (Group group : groups) {
      System.arraycopy(savedScalars, from, group.scalars, 0, group.scalars.length);
      from += group.scalars.length;
    }
  }
}
