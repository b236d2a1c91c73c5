package dev.comporta.onnx.operators;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.onnx.value.OnnxTensor;
import org.jspecify.annotations.Nullable;

/** A product with a matrix that is prepared once. */
interface Product {
  /** {@code c [m, n] (+)= a [m, k] x M (+ bias)}. */
  void into(
      TensorBackend backend,
      int m,
      float[] a,
      int aAt,
      float @Nullable [] bias,
      boolean accumulate,
      float[] c,
      int cAt);

  /** The product with the transpose of {@code rows} rows of a matrix {@code [.., k]}. */
  static Product transposed(TensorBackend backend, float[] w, int at, int k, int rows) {
    PackedMatrix packed = backend.packed(k, rows);
    backend.pack(packed, true, w, at, k);
    return (kernels, m, a, aAt, bias, accumulate, c, cAt) ->
        kernels.multiplyPacked(
            false, false, m, a, aAt, k, packed, bias, 0, accumulate, c, cAt, rows);
  }

  /**
   * The product with a quantised matrix {@code [k, n]}, which is {@code (q - zero point) * scale}
   * of all of it or of each column. The left operand stays in float32.
   */
  static Product dequantized(
      TensorBackend backend,
      OnnxTensor matrix,
      int at,
      int k,
      int n,
      float[] scales,
      long[] zeroPoints) {
    long[] q = matrix.longs();
    float[] b = new float[k * n];
    for (int i = 0; i < b.length; i++) {
      int column = i % n;
      b[i] = (q[at + i] - zeroPoints[column % zeroPoints.length]) * scales[column % scales.length];
    }
    PackedMatrix packed = backend.packed(k, n);
    backend.pack(packed, false, b, 0, n);
    return (kernels, m, a, aAt, bias, accumulate, c, cAt) ->
        kernels.multiplyPacked(false, false, m, a, aAt, k, packed, bias, 0, accumulate, c, cAt, n);
  }
}
