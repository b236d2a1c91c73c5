package dev.comporta.onnx.graph;

import dev.comporta.api.model.Spec;
import dev.comporta.onnx.operators.GateOrder;
import dev.comporta.onnx.operators.NodeInfo;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxChain;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A recurrent node with constant weights as one of our layers. */
record RecurrentLink(
    NodeInfo node,
    OnnxTensor w,
    OnnxTensor r,
    @Nullable OnnxTensor b,
    int directions,
    @Nullable String problem) {
  static RecurrentLink of(
      NodeInfo node,
      OnnxTensor w,
      OnnxTensor r,
      @Nullable OnnxTensor b,
      @Nullable OnnxTensor peepholes) {
    String word = node.text("direction", "forward").toLowerCase(Locale.ROOT);
    int directions = word.equals("bidirectional") ? 2 : 1;
    String problem = null;
    if (!hasWeights(node, w, r, b, directions)) {
      problem = "has weights of other types or shapes than its sizes say";
    } else if (peepholes != null && !ChainGraph.isZero(peepholes)) {
      problem = "has peepholes";
    } else if (node.given("clip") && node.real("clip", 0) > 0) {
      problem = "has a clip";
    } else if (node.flag("input_forget", false)) {
      problem = "couples its input gate with its forget gate";
    } else if (!hasUsualActivations(node, directions)) {
      problem = "has other activations than its layer";
    }
    return new RecurrentLink(node, w, r, b, directions, problem);
  }

  /**
   * Whether W is [directions, gates H, I], R [directions, gates H, H], B [directions, 2 gates H].
   */
  private static boolean hasWeights(
      NodeInfo node, OnnxTensor w, OnnxTensor r, @Nullable OnnxTensor b, int directions) {
    if (w.rank() != 3
        || r.rank() != 3
        || w.type() != ElementType.FLOAT32
        || r.type() != ElementType.FLOAT32
        || w.count() == 0
        || r.count() == 0) {
      return false;
    }
    int hidden = r.size(2);
    long width = (long) GateOrder.valueOf(node.operator()).gates() * hidden;
    return w.size(0) == directions
        && r.size(0) == directions
        && w.size(1) == width
        && r.size(1) == width
        && node.whole("hidden_size", hidden) == hidden
        && (b == null
            || (b.type() == ElementType.FLOAT32
                && b.rank() == 2
                && b.size(0) == directions
                && b.size(1) == 2 * width));
  }

  private static boolean hasUsualActivations(NodeInfo node, int directions) {
    List<String> names =
        node.words("activations").stream().map(it -> it.toLowerCase(Locale.ROOT)).toList();
    List<String> usual =
        switch (node.operator()) {
          case "LSTM" -> List.of("sigmoid", "tanh", "tanh");
          case "GRU" -> List.of("sigmoid", "tanh");
          default -> names.isEmpty() ? List.of("tanh") : List.of(names.getFirst());
        };
    boolean known =
        !node.operator().equals("RNN")
            || List.of("tanh", "relu", "sigmoid").contains(usual.getFirst());
    return known
        && (names.isEmpty()
            || names.equals(
                Collections.nCopies(directions, usual).stream().flatMap(List::stream).toList()));
  }

  int inputs() {
    return w.size(2);
  }

  int hidden() {
    return r.size(2);
  }

  /** The layer; {@code last} if only its last state is read. */
  OnnxChain.Link layer(boolean last) {
    String operator = GateOrder.valueOf(node.operator()).cell();
    boolean resetAfter = node.flag("linear_before_reset", false);
    Spec cell = Spec.of(operator);
    if (operator.equals("gru")) {
      cell = cell.with("reset", resetAfter ? "after" : "before");
    }
    List<String> names = node.words("activations");
    if (operator.equals("rnn") && !names.isEmpty()) {
      cell = cell.with("activation", names.getFirst().toLowerCase(Locale.ROOT));
    }
    Spec spec =
        Spec.of(directions == 2 ? "bidirectional" : "recurrent")
            .with("cell", cell)
            .with("hidden", hidden());
    if (node.text("direction", "forward").equalsIgnoreCase("reverse")) {
      spec = spec.with("reverse", true);
    }
    if (last) {
      spec = spec.with("returns", "last");
    }
    Map<String, OnnxTensor> weights = new HashMap<>();
    for (int d = 0; d < directions; d++) {
      add(weights, directions == 1 ? "cell." : d == 0 ? "forward." : "backward.", d, resetAfter);
    }
    return new OnnxChain.Link(spec, weights);
  }

  private void add(Map<String, OnnxTensor> weights, String prefix, int d, boolean resetAfter) {
    int[] order = GateOrder.valueOf(node.operator()).toOurs();
    int hidden = hidden();
    int width = order.length * hidden;
    weights.put(prefix + "W", Weights.gates(w, d * width * inputs(), hidden, inputs(), order));
    weights.put(prefix + "U", Weights.gates(r, d * width * hidden, hidden, hidden, order));
    float[] both = b == null ? new float[directions * 2 * width] : b.floats();
    float[] input = Weights.gates(both, d * 2 * width, hidden, order);
    float[] recurrent = Weights.gates(both, d * 2 * width + width, hidden, order);
    boolean apart = node.operator().equals("GRU") && resetAfter;
    if (apart) {
      weights.put(prefix + "bU", OnnxTensor.of(recurrent, width));
    } else {
      for (int i = 0; i < width; i++) {
        input[i] += recurrent[i];
      }
    }
    weights.put(prefix + "b", OnnxTensor.of(input, width));
  }
}
