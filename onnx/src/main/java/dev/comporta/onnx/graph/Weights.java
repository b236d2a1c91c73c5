package dev.comporta.onnx.graph;

import dev.comporta.onnx.value.OnnxTensor;

/** Weights in another order. */
final class Weights {
  private Weights() {}

  /** The transpose of a matrix. */
  static OnnxTensor transposed(OnnxTensor w) {
    return gates(w, 0, w.size(0), w.size(1), new int[] {0});
  }

  /**
   * The gates of a matrix {@code [gates H, in]}, beginning at an element, as {@code [in, gates H]}.
   *
   * @param order for each gate of the result, its index in the matrix
   */
  static OnnxTensor gates(OnnxTensor w, int at, int hidden, int in, int[] order) {
    float[] from = w.floats();
    int width = order.length * hidden;
    float[] to = new float[width * in];
    for (int gate = 0; gate < order.length; gate++) {
      for (int unit = 0; unit < hidden; unit++) {
        for (int i = 0; i < in; i++) {
          to[i * width + gate * hidden + unit] = from[at + (order[gate] * hidden + unit) * in + i];
        }
      }
    }
    return OnnxTensor.of(to, in, width);
  }

  /** A vector of gates in another order. */
  static float[] gates(float[] from, int at, int hidden, int[] order) {
    float[] to = new float[order.length * hidden];
    for (int gate = 0; gate < order.length; gate++) {
      System.arraycopy(from, at + order[gate] * hidden, to, gate * hidden, hidden);
    }
    return to;
  }
}
