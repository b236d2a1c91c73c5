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
 * other partner of that shape. At least one input remains that is no state.
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

  private StatePairs() {}

  static Map<String, String> of(OnnxModel model) {
    List<OnnxPort> inputs = new ArrayList<>(model.inputs());
    List<OnnxPort> outputs = new ArrayList<>(model.outputs());
    Reachability reach = Reachability.of(model.proto().getGraph());
    Map<String, String> pairs = new LinkedHashMap<>();
    for (boolean digits : new boolean[] {true, false}) {
      for (OnnxPort input : List.copyOf(inputs)) {
        String stem = stem(input.name(), digits);
        List<OnnxPort> same =
            outputs.stream()
                .filter(it ->
                    stem(it.name(), digits).equals(stem)
                        && fits(input, it)
                        && reach.depends(it.name(), input.name()))
                .toList();
        long rivals = inputs.stream().filter(it -> stem(it.name(), digits).equals(stem)).count();
        if (!stem.isEmpty() && same.size() == 1 && rivals == 1 && inputs.size() > 1) {
          take(pairs, inputs, outputs, input, same.getFirst());
        }
      }
    }
    String firstInput = model.inputs().isEmpty() ? "" : model.inputs().getFirst().name();
    String firstOutput = model.outputs().isEmpty() ? "" : model.outputs().getFirst().name();
    for (OnnxPort input : List.copyOf(inputs)) {
      if (input.name().equals(firstInput) || inputs.size() < 2 || fixed(input) < 2) {
        continue;
      }
      List<OnnxPort> partners =
          outputs.stream()
              .filter(it ->
                  !it.name().equals(firstOutput)
                      && fits(input, it)
                      && reach.depends(it.name(), input.name()))
              .toList();
      if (partners.size() == 1
          && inputs.stream().filter(it -> fits(it, partners.getFirst())).count() == 1) {
        take(pairs, inputs, outputs, input, partners.getFirst());
      }
    }
    return pairs;
  }

  private static void take(
      Map<String, String> pairs,
      List<OnnxPort> inputs,
      List<OnnxPort> outputs,
      OnnxPort input,
      OnnxPort output) {
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
