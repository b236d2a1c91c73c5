package dev.comporta.cells.model;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.testkit.Problem;
import dev.comporta.testkit.Safetensors;
import dev.comporta.testkit.Safetensors.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent PyTorch reference case, converted to the names and layouts of this project:
 * transposed kernels, combined biases, and final states by layer and direction.
 */
record PyTorchCase(
    Safetensors file,
    String cell,
    int layers,
    boolean bidirectional,
    int projection,
    Problem problem) {

  static PyTorchCase of(Safetensors file) {
    Map<String, Object> described = file.describedCase();
    String kind = (String) described.get("cell");
    int layers = (int) described.get("layers");
    boolean bidirectional = (boolean) described.get("bidirectional");
    int projection = (int) described.get("projection");
    int hidden = (int) described.get("hidden");
    Layer layer =
        Cells.layer(
            Spec.of("sequential")
                .with(
                    "layers", List.copyOf(specs(kind, layers, bidirectional, projection, hidden))),
            (int) described.get("input"));
    Shape input = file.tensor("x").shape();
    PyTorchCase empty =
        new PyTorchCase(
            file,
            kind,
            layers,
            bidirectional,
            projection,
            Problems.random(layer, input, lengths(file), false, 1));
    return new PyTorchCase(
        file, kind, layers, bidirectional, projection, empty.problem().with(empty.values("")));
  }

  private static int @Nullable [] lengths(Safetensors file) {
    return file.tensors().containsKey("lengths") ? file.tensor("lengths").ints() : null;
  }

  private static List<Spec> specs(
      String kind, int layers, boolean bidirectional, int projection, int hidden) {
    Spec cell =
        switch (kind) {
          case "rnn_tanh" -> Spec.of("rnn");
          case "rnn_relu" -> Spec.of("rnn").with("activation", "relu");
          case "lstm" -> Spec.of("lstm").with("projection", projection);
          default -> Spec.of("gru");
        };
    List<Spec> specs = new ArrayList<>();
    for (int n = 0; n < layers; n++) {
      specs.add(
          Spec.of(bidirectional ? "bidirectional" : "recurrent")
              .with("cell", cell)
              .with("hidden", hidden));
    }
    return specs;
  }

  /** Inputs ({@code ""}), or cotangents ({@code "cot."}) of the outputs. */
  Map<String, float[]> values(String prefix) {
    Map<String, float[]> floats = new LinkedHashMap<>();
    (prefix.isEmpty() ? inputs("") : exact(prefix))
        .forEach((name, values) -> floats.put(name, floats(values)));
    return floats;
  }

  /** Outputs ({@code ""}) or their cotangents ({@code "cot."}) under this project's names. */
  Map<String, double[]> exact(String prefix) {
    Map<String, double[]> outputs = new LinkedHashMap<>();
    outputs.put("y", file.tensor(prefix + "y").values());
    putStates(outputs, file.tensor(prefix + "hn"), "h");
    if (cell.equals("lstm")) {
      putStates(outputs, file.tensor(prefix + "cn"), "c");
    }
    return outputs;
  }

  /** The gradients of all inputs. */
  Map<String, double[]> gradients() {
    return inputs("grad.");
  }

  private Map<String, double[]> inputs(String prefix) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("x", file.tensor(prefix + "x").values());
    for (int n = 0; n < layers; n++) {
      for (String direction : directions()) {
        String ours = "layers." + n + "." + direction;
        String theirs = "_l" + n + (direction.equals("backward.") ? "_reverse" : "");
        inputs.put(ours + "W", transposed(file.tensor(prefix + "weight_ih" + theirs)));
        inputs.put(ours + "U", transposed(file.tensor(prefix + "weight_hh" + theirs)));
        double[] b = file.tensor(prefix + "bias_ih" + theirs).values();
        double[] bU = file.tensor(prefix + "bias_hh" + theirs).values();
        if (cell.equals("gru")) {
          inputs.put(ours + "b", b);
          inputs.put(ours + "bU", bU);
        } else {
          // The gradient of a sum is that of either summand.
          inputs.put(ours + "b", prefix.isEmpty() ? sum(b, bU) : b);
        }
        if (projection > 0) {
          inputs.put(ours + "P", transposed(file.tensor(prefix + "weight_hr" + theirs)));
        }
      }
    }
    putStates(inputs, file.tensor(prefix + "h0"), "h");
    if (cell.equals("lstm")) {
      putStates(inputs, file.tensor(prefix + "c0"), "c");
    }
    return inputs;
  }

  private List<String> directions() {
    return bidirectional ? List.of("forward.", "backward.") : List.of("cell.");
  }

  /** PyTorch stacks the states of all layers and directions; here each has its name. */
  private void putStates(Map<String, double[]> into, Entry stacked, String part) {
    int count = stacked.shape().size(1) * stacked.shape().size(2);
    int at = 0;
    for (int n = 0; n < layers; n++) {
      for (String direction : directions()) {
        String below = direction.equals("cell.") ? "" : direction;
        double[] values = new double[count];
        System.arraycopy(stacked.values(), at, values, 0, count);
        into.put(Problem.carry("layers." + n + "." + below + part), values);
        at += count;
      }
    }
  }

  static double[] transposed(Entry matrix) {
    int rows = matrix.shape().size(0);
    int columns = matrix.shape().size(1);
    double[] result = new double[rows * columns];
    for (int i = 0; i < result.length; i++) {
      result[i] = matrix.values()[i % rows * columns + i / rows];
    }
    return result;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] + b[i];
    }
    return result;
  }

  static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
