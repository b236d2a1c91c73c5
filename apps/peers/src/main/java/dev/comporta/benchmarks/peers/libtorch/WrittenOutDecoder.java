package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoder with attention, written with libtorch's operations, called one by one from Java. */
final class WrittenOutDecoder {

  /** The index of the decoder's first parameter, the embedding table, in the model's parameters. */
  private static final int TABLE = 9;

  private WrittenOutDecoder() {}

  /**
   * The states and contexts at all timesteps.
   *
   * @param words the decoder's input ids, {@code [T, B]}
   * @param padding the padding mask {@code [B, S]}, true after the end of a source; null without
   *     padding
   * @param encoded annotations {@code [B, S, 2H]}, keys {@code [B, S, H]}, initial state {@code [B,
   *     H]}
   * @param parameters the parameters of the whole model
   * @return {@code [T, B, 3H]}
   */
  static NDArray outputs(
      NDArray words, @Nullable NDArray padding, NDList encoded, List<NDArray> parameters) {
    NDArray annotations = encoded.get(0);
    NDArray keys = encoded.get(1);
    NDArray h = encoded.get(2);
    NDArray w = parameters.get(TABLE + 1); // [3H, E + 2H]
    NDArray recurrent = parameters.get(TABLE + 2).transpose(); // [H, 3H]
    NDArray recurrentBias = parameters.get(TABLE + 4);
    NDArray query = parameters.get(TABLE + 5).transpose(); // [H, A]
    NDArray score = parameters.get(TABLE + 8).expandDims(1); // [A, 1]
    NDArray x =
        JniUtils.embedding(
            (PtNDArray) words, (PtNDArray) parameters.get(TABLE), false); // [T, B, E]
    long embedding = x.getShape().get(2);
    NDArray inputKernel = w.get(new NDIndex(":, :" + embedding));
    NDArray contextKernel = w.get(new NDIndex(":, " + embedding + ":")).transpose();
    NDArray products =
        JniUtils.linear(
            (PtNDArray) x, (PtNDArray) inputKernel, (PtNDArray) parameters.get(TABLE + 3));
    NDArray masked = padding == null ? null : padding.toType(keys.getDataType(), false).mul(-1e30f);
    NDList outputs = new NDList();
    for (int t = 0; t < words.getShape().get(0); t++) {
      NDArray energies =
          keys.add(h.matMul(query).expandDims(1)).tanh().matMul(score).squeeze(2); // [B, S]
      NDArray seen = masked == null ? energies : energies.add(masked);
      NDArray c = seen.softmax(1).expandDims(1).batchMatMul(annotations).squeeze(1); // [B, 2H]
      NDArray product = products.get(products.getManager(), t);
      NDList a = c.matMul(contextKernel).add(product).split(3, 1);
      NDList s = h.matMul(recurrent).add(recurrentBias).split(3, 1);
      NDArray r = sigmoid(a.get(0).add(s.get(0)));
      NDArray z = sigmoid(a.get(1).add(s.get(1)));
      NDArray n = a.get(2).add(r.mul(s.get(2))).tanh();
      h = n.add(z.mul(h.sub(n)));
      outputs.add(NDArrays.concat(new NDList(h, c), 1));
    }
    return NDArrays.stack(outputs);
  }

  private static NDArray sigmoid(NDArray x) {
    return JniUtils.sigmoid((PtNDArray) x);
  }
}
