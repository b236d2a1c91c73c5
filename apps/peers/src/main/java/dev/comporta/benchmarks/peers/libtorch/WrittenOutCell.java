package dev.comporta.benchmarks.peers.libtorch;

import static dev.comporta.api.Formatting.formatted;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.comporta.benchmarks.peers.CellKind;
import java.util.List;

/** Cells written with libtorch's operations, called one by one from Java. */
final class WrittenOutCell {

  private static final double LAYER_NORM_EPSILON = 1e-5;

  private WrittenOutCell() {}

  /**
   * The hidden states at all timesteps.
   *
   * @param kind the kind of cell
   * @param x the input {@code [T, B, I]}
   * @param state the initial hidden state {@code [1, B, H]} and, for LSTMs, the cell state
   * @param cell the parameters of the cell, in order
   * @return {@code [T, B, H]}
   */
  static NDArray outputs(CellKind kind, NDArray x, List<NDArray> state, List<NDArray> cell) {
    NDArray bias = cell.get(2).add(cell.get(3));
    PtNDArray products =
        JniUtils.linear((PtNDArray) x, (PtNDArray) cell.get(0), (PtNDArray) bias); // [T, B, G*H]
    return switch (kind) {
      case LSTM, LAYER_NORM_LSTM -> lstm(kind, products, state, cell);
      case MINIMAL_GATED_UNIT -> minimalGatedUnit(products, state, cell);
      case GRU, TANH_RNN ->
          throw new UnsupportedOperationException(
              formatted(
                  "[libtorch] expected a written-out %s but there is none; add its equations to WrittenOutCell",
                  kind));
    };
  }

  private static NDArray lstm(
      CellKind kind, PtNDArray products, List<NDArray> state, List<NDArray> cell) {
    NDArray recurrent = cell.get(1).transpose();
    NDArray h = at(state.get(0), 0);
    NDArray c = at(state.get(1), 0);
    NDList hs = new NDList();
    for (int t = 0; t < products.getShape().get(0); t++) {
      NDList gates = h.matMul(recurrent).add(at(products, t)).split(4, 1);
      NDArray i = sigmoid(gates.get(0));
      NDArray f = sigmoid(gates.get(1));
      NDArray g = gates.get(2).tanh();
      NDArray o = sigmoid(gates.get(3));
      c = f.mul(c).add(i.mul(g));
      NDArray seen = kind == CellKind.LAYER_NORM_LSTM ? layerNorm(c, cell) : c;
      h = o.mul(seen.tanh());
      hs.add(h);
    }
    return NDArrays.stack(hs);
  }

  private static NDArray layerNorm(NDArray c, List<NDArray> cell) {
    PtNDArray weight = (PtNDArray) cell.get(4);
    PtNDArray bias = (PtNDArray) cell.get(5);
    return JniUtils.layerNorm((PtNDArray) c, weight.getShape(), weight, bias, LAYER_NORM_EPSILON);
  }

  private static NDArray minimalGatedUnit(
      PtNDArray products, List<NDArray> state, List<NDArray> cell) {
    NDList hoisted = products.split(2, 2);
    NDList kernels = cell.get(1).split(2, 0);
    NDArray gateKernel = kernels.get(0).transpose();
    NDArray candidateKernel = kernels.get(1).transpose();
    NDArray h = at(state.get(0), 0);
    NDList hs = new NDList();
    for (int t = 0; t < products.getShape().get(0); t++) {
      NDArray f = sigmoid(h.matMul(gateKernel).add(at(hoisted.get(0), t)));
      NDArray n = f.mul(h).matMul(candidateKernel).add(at(hoisted.get(1), t)).tanh();
      h = h.add(f.mul(n.sub(h)));
      hs.add(h);
    }
    return NDArrays.stack(hs);
  }

  private static NDArray at(NDArray sequence, long index) {
    return sequence.get(sequence.getManager(), index);
  }

  private static NDArray sigmoid(NDArray x) {
    return JniUtils.sigmoid((PtNDArray) x);
  }
}
