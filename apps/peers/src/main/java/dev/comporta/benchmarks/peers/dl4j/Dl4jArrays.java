package dev.comporta.benchmarks.peers.dl4j;

import dev.comporta.benchmarks.peers.Problem;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Conversions from PyTorch's layouts to Deeplearning4j's. */
final class Dl4jArrays {

  private static final int GATES = 4;

  /**
   * For each column block of Deeplearning4j (candidate, forget gate, output gate, input gate), its
   * index in PyTorch's order i f g o.
   */
  private static final int[] GATE_ORDER = {2, 1, 3, 0};

  private Dl4jArrays() {}

  /** Sets {@code W [I, 4H]}, {@code RW [H, 4H]} and the bias, the sum of PyTorch's two biases. */
  static void setLstm(MultiLayerNetwork network, int layer, int hidden, Problem problem) {
    set(network, layer + "_W", columns(problem.parameter("weight_ih_l" + layer), hidden));
    set(network, layer + "_RW", columns(problem.parameter("weight_hh_l" + layer), hidden));
    float[] sum = problem.parameter("bias_ih_l" + layer).clone();
    float[] recurrent = problem.parameter("bias_hh_l" + layer);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += recurrent[i];
    }
    set(network, layer + "_b", columns(sum, hidden));
  }

  /** Sets the output layer's {@code W [H, V]} and bias. */
  static void setOutput(MultiLayerNetwork network, int layer, Problem problem) {
    float[] bias = problem.parameter("linear.bias");
    float[] weight = problem.parameter("linear.weight");
    int hidden = weight.length / bias.length;
    set(
        network,
        layer + "_W",
        Nd4j.createFromArray(weight).reshape(bias.length, hidden).transpose());
    set(network, layer + "_b", Nd4j.createFromArray(bias).reshape(1, bias.length));
  }

  /** Converts a sequence {@code [T, B, F]} to Deeplearning4j's contiguous {@code [B, F, T]}. */
  static INDArray sequence(float[] values, int timesteps, int batch, int features) {
    float[] result = new float[values.length];
    for (int t = 0; t < timesteps; t++) {
      for (int b = 0; b < batch; b++) {
        for (int f = 0; f < features; f++) {
          result[(b * features + f) * timesteps + t] = values[(t * batch + b) * features + f];
        }
      }
    }
    return Nd4j.createFromArray(result).reshape(batch, features, timesteps);
  }

  /** Converts class indices {@code [T, B]} to a one-hot sequence {@code [T, B, V]}. */
  static float[] oneHot(float[] labels, int classes) {
    float[] result = new float[labels.length * classes];
    for (int row = 0; row < labels.length; row++) {
      result[row * classes + (int) labels[row]] = 1;
    }
    return result;
  }

  private static INDArray columns(float[] rows, int hidden) {
    int inputs = rows.length / (GATES * hidden);
    float[] result = new float[rows.length];
    for (int gate = 0; gate < GATES; gate++) {
      for (int unit = 0; unit < hidden; unit++) {
        int row = GATE_ORDER[gate] * hidden + unit;
        for (int input = 0; input < inputs; input++) {
          result[(input * GATES + gate) * hidden + unit] = rows[row * inputs + input];
        }
      }
    }
    return Nd4j.createFromArray(result).reshape(inputs, (long) GATES * hidden);
  }

  private static void set(MultiLayerNetwork network, String name, INDArray values) {
    network.getParam(name).assign(values);
  }
}
