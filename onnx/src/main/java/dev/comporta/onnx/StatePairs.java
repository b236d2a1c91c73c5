package dev.comporta.onnx;

import dev.comporta.onnx.graph.Reachability;
import dev.comporta.onnx.value.OnnxPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which inputs and outputs are states: the same type, sizes that can be equal, the output computed
 * from the input, and either names that differ in a word such as "in", "out" or "next" only, or no
 * other partner of that shape. At least one input remains that is not a state.
 */
final class StatePairs {
  /** Words that tell an input from an output but not one state from another. */
  private static final Set<String> MARKS =
      Set.of(
          "in",
          "out",
          "input",
          "output",
          "next",
          "new",
          "prev",
          "previous",
          "initial",
          "init",
          "cur",
          "current",
          "final",
          "last",
          "n",
          "t",
          "old",
          "updated",
          "before",
          "after");

  /** More inputs than any model with states has; such a graph is not searched. */
  private static final int MOST_PORTS = 512;

  private final List<OnnxPort> inputs;
  private final List<OnnxPort> outputs;
  private final Reachability reach;
  private final Map<String, String> pairs = new LinkedHashMap<>();

  private StatePairs(OnnxModel model) {
    this.inputs = new ArrayList<>(model.inputs());
    this.outputs = new ArrayList<>(model.outputs());
    this.reach = Reachability.of(model.proto().getGraph());
  }

  static Map<String, String> of(OnnxModel model) {
    if (model.inputs().size() > MOST_PORTS || model.outputs().size() > MOST_PORTS) {
      return Map.of();
    }
    StatePairs search = new StatePairs(model);
    search.byName(true);
    search.byName(false);
    search.byShape(model.inputs(), model.outputs());
    return search.pairs;
  }

  private void byName(boolean digits) {
    Map<String, List<OnnxPort>> outputsOf = byStem(outputs, digits);
    byStem(inputs, digits)
        .forEach((stem, rivals) -> {
          if (stem.isEmpty() || rivals.size() != 1 || inputs.size() < 2) {
            return;
          }
          OnnxPort input = rivals.getFirst();
          List<OnnxPort> same = partners(input, outputsOf.getOrDefault(stem, List.of()));
          if (same.size() == 1) {
            take(input, same.getFirst());
          }
        });
  }

  private static Map<String, List<OnnxPort>> byStem(List<OnnxPort> ports, boolean digits) {
    Map<String, List<OnnxPort>> stems = new LinkedHashMap<>();
    ports.forEach(port ->
        stems.computeIfAbsent(stem(port.name(), digits), stem -> new ArrayList<>()).add(port));
    return stems;
  }

  private List<OnnxPort> partners(OnnxPort input, List<OnnxPort> among) {
    return among.stream()
        .filter(it -> fits(input, it) && reach.depends(it.name(), input.name()))
        .toList();
  }

  private void byShape(List<OnnxPort> allInputs, List<OnnxPort> allOutputs) {
    String firstInput = allInputs.isEmpty() ? "" : allInputs.getFirst().name();
    String firstOutput = allOutputs.isEmpty() ? "" : allOutputs.getFirst().name();
    for (OnnxPort input : List.copyOf(inputs)) {
      if (input.name().equals(firstInput) || inputs.size() < 2 || fixed(input) < 2) {
        continue;
      }
      List<OnnxPort> partners =
          partners(input, outputs.stream().filter(it -> !it.name().equals(firstOutput)).toList());
      if (partners.size() == 1
          && inputs.stream().filter(it -> fits(it, partners.getFirst())).count() == 1) {
        take(input, partners.getFirst());
      }
    }
  }

  private void take(OnnxPort input, OnnxPort output) {
    pairs.put(input.name(), output.name());
    inputs.remove(input);
    outputs.remove(output);
  }

  /** The number of axes whose size is fixed. */
  private static int fixed(OnnxPort port) {
    List<String> shape = port.shape();
    int count = 0;
    for (int axis = 0; shape != null && axis < shape.size(); axis++) {
      count += port.size(axis) >= 0 ? 1 : 0;
    }
    return count;
  }

  private static boolean fits(OnnxPort input, OnnxPort output) {
    List<String> a = input.shape();
    List<String> b = output.shape();
    if (input.type() == null || input.type() != output.type() || a == null) {
      return false;
    }
    if (b == null) {
      return true;
    }
    if (a.size() != b.size() || a.isEmpty()) {
      return false;
    }
    for (int axis = 0; axis < a.size(); axis++) {
      if (input.size(axis) >= 0
          && output.size(axis) >= 0
          && input.size(axis) != output.size(axis)) {
        return false;
      }
    }
    return true;
  }

  /** A name without the words that mark inputs and outputs, and without a number at its end. */
  static String stem(String name, boolean digits) {
    String words = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    List<String> kept = new ArrayList<>();
    for (String word : words.split("[^a-z0-9]+", -1)) {
      if (!word.isEmpty() && !MARKS.contains(word)) {
        kept.add(word.matches("[a-z][n0]") ? word.substring(0, 1) : word);
      }
    }
    if (!digits && !kept.isEmpty()) {
      String last = kept.removeLast().replaceAll("[0-9]+$", "");
      if (!last.isEmpty()) {
        kept.add(last);
      }
    }
    return new HashSet<>(kept).equals(Set.of("x")) ? "" : String.join("_", kept);
  }
}
