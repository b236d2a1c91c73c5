package dev.comporta.benchmarks.ours;

import dev.comporta.api.model.Parameters;
import dev.comporta.benchmarks.peers.CellKind;
import dev.comporta.benchmarks.peers.Formulation;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Translator;
import dev.comporta.cells.model.SequenceModel;
import java.util.Arrays;
import java.util.List;

/**
 * Copies a problem's parameters, which are in PyTorch's layout, into a model: kernels are
 * transposed and the two biases are added, except for the GRU, which keeps both.
 */
final class PyTorchLayout {
  private PyTorchLayout() {}

  static void setCell(
      SequenceModel model,
      int layer,
      Problem problem,
      Formulation formulation,
      CellKind cell,
      int hidden) {
    String prefix = "layers." + layer + ".cell.";
    float[] w = problem.parameter("weight_ih_l" + layer); // [G*H, I]
    float[] u = problem.parameter("weight_hh_l" + layer); // [G*H, H]
    float[] b = problem.parameter("bias_ih_l" + layer); // [G*H]
    float[] bU = problem.parameter("bias_hh_l" + layer); // [G*H]
    if (OurModel.isWrittenOut(formulation, cell)) {
      setGates(model, prefix, gates(cell), hidden, List.of(w, u, sum(b, bU)));
    } else {
      int rows = cell.gates() * hidden;
      set(model, prefix + "W", transposed(w, rows));
      set(model, prefix + "U", transposed(u, rows));
      set(model, prefix + "b", cell == CellKind.GRU ? b : sum(b, bU));
      if (cell == CellKind.GRU) {
        set(model, prefix + "bU", bU);
      }
    }
    if (cell == CellKind.LAYER_NORM_LSTM) {
      set(model, prefix + "gain", problem.parameter("layer_norm_weight_l" + layer));
      set(model, prefix + "shift", problem.parameter("layer_norm_bias_l" + layer));
    }
  }

  static void setDense(SequenceModel model, int layer, Problem problem) {
    String prefix = "layers." + layer + ".";
    float[] bias = problem.parameter("linear.bias"); // [V]
    set(model, prefix + "W", transposed(problem.parameter("linear.weight"), bias.length));
    set(model, prefix + "b", bias);
  }

  static void setTranslator(SequenceModel model, Problem problem, Translator sizes) {
    int h = sizes.hidden();
    set(model, "encoder.layers.0.table", problem.parameter("encoder.embedding"));
    setGru(model, "encoder.layers.1.forward.", problem, "encoder.", "", h);
    setGru(model, "encoder.layers.1.backward.", problem, "encoder.", "_reverse", h);
    set(model, "layers.0.table", problem.parameter("decoder.embedding"));
    setGru(model, "layers.1.cell.", problem, "decoder.", "", h);
    String attention = "layers.1.attention.";
    set(model, attention + "W_query", transposed(problem.parameter("query.weight"), h));
    set(model, attention + "W_key", transposed(problem.parameter("key.weight"), h));
    set(model, attention + "b", problem.parameter("key.bias"));
    set(model, attention + "v", problem.parameter("score.weight"));
    set(model, "layers.1.bridge.h.W", transposed(problem.parameter("bridge.weight"), h));
    set(model, "layers.1.bridge.h.b", problem.parameter("bridge.bias"));
    float[] readOut = transposed(problem.parameter("read_out.weight"), h); // [3H + E, H]
    int split = 3 * h * h;
    set(model, "layers.1.read-out.W", Arrays.copyOf(readOut, split));
    set(model, "layers.1.read-out.W_input", Arrays.copyOfRange(readOut, split, readOut.length));
    set(model, "layers.1.read-out.b", problem.parameter("read_out.bias"));
    setDense(model, 2, problem);
  }

  private static void setGru(
      SequenceModel model, String to, Problem problem, String from, String suffix, int hidden) {
    int rows = CellKind.GRU.gates() * hidden;
    set(model, to + "W", transposed(problem.parameter(from + "weight_ih" + suffix), rows));
    set(model, to + "U", transposed(problem.parameter(from + "weight_hh" + suffix), rows));
    set(model, to + "b", problem.parameter(from + "bias_ih" + suffix));
    set(model, to + "bU", problem.parameter(from + "bias_hh" + suffix));
  }

  private static List<String> gates(CellKind cell) {
    return cell == CellKind.MINIMAL_GATED_UNIT
        ? WrittenOutMinimalGatedUnitCell.GATES
        : WrittenOutLstmCell.GATES;
  }

  /** Copies the W, U and b of each gate: H rows of PyTorch's parameters each, transposed. */
  private static void setGates(
      SequenceModel model, String prefix, List<String> gates, int hidden, List<float[]> packed) {
    List<String> kinds = List.of("W", "U", "b");
    for (int kind = 0; kind < kinds.size(); kind++) {
      float[] values = packed.get(kind);
      int block = values.length / gates.size();
      for (int gate = 0; gate < gates.size(); gate++) {
        float[] rows = Arrays.copyOfRange(values, gate * block, (gate + 1) * block);
        set(model, prefix + kinds.get(kind) + gates.get(gate), transposed(rows, hidden));
      }
    }
  }

  private static float[] transposed(float[] matrix, int rows) {
    int columns = matrix.length / rows;
    float[] result = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = matrix[i * columns + j];
      }
    }
    return result;
  }

  private static float[] sum(float[] a, float[] b) {
    float[] result = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] + b[i];
    }
    return result;
  }

  private static void set(SequenceModel model, String name, float[] values) {
    Parameters parameters = model.parameters();
    parameters.set(name, parameters.get(name).shape(), values);
  }
}
