package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Matrix products. A right operand that is a constant is packed for the backend once. */
final class Linear {
  /** A constant matrix in the form of the backend that used it last. */
  static final class Packed {
    private record Entry(OnnxTensor matrix, Object backend, PackedMatrix packed) {}

    private volatile @Nullable Entry entry;

    /** The packed matrix {@code [k, n]}, stored as {@code [n, k]} if transposed. */
    PackedMatrix get(Call call, OnnxTensor matrix, int offset, boolean transposed, int k, int n) {
      Entry known = entry;
      if (known != null && known.matrix == matrix && known.backend == call.backend()) {
        return known.packed;
      }
      PackedMatrix packed = call.backend().packed(k, n);
      call.backend().pack(packed, transposed, matrix.floats(), offset, transposed ? k : n);
      entry = new Entry(matrix, call.backend(), packed);
      return packed;
    }
  }

  private Linear() {}

  static void addTo(Operators.Table table) {
    table.add("MatMul", Linear::matMul);
    table.add("Gemm", Linear::gemm);
  }

  private static Kernel matMul(NodeInfo node) {
    boolean constant = node.constant(1) != null;
    Packed packed = new Packed();
    return Operator.kernel(
        call -> matMul(call, call.tensor(0), call.tensor(1), constant ? packed : null));
  }

  /** NumPy's matmul: vectors become matrices, leading axes are broadcast. */
  static OnnxTensor matMul(Call call, OnnxTensor left, OnnxTensor right, @Nullable Packed packed) {
    if (left.rank() == 0 || right.rank() == 0) {
      throw call.refuse("expected vectors or matrices but got a scalar");
    }
    OnnxTensor a = left.rank() == 1 ? left.reshaped(1, left.size(0)) : left;
    OnnxTensor b = right.rank() == 1 ? right.reshaped(right.size(0), 1) : right;
    int m = a.size(a.rank() - 2);
    int k = a.size(a.rank() - 1);
    int n = b.size(b.rank() - 1);
    int[] batchA = Arrays.copyOf(a.sizes(), a.rank() - 2);
    int[] batchB = Arrays.copyOf(b.sizes(), b.rank() - 2);
    int[] batch = Strides.broadcast(batchA, batchB);
    if (b.size(b.rank() - 2) != k || batch == null || left.type() != right.type()) {
      throw call.refuse(formatted("cannot multiply %s by %s", left.describe(), right.describe()));
    }
    int[] sizes = Arrays.copyOf(batch, batch.length + 2);
    sizes[batch.length] = m;
    sizes[batch.length + 1] = n;
    OnnxTensor y;
    if (a.type().storage() == ElementType.Storage.FLOATS) {
      float[] c = call.newFloats(sizes);
      int count = Strides.product(batch, 0, batch.length);
      if (b.rank() == 2 && k > 0 && n > 0) {
        product(call, count * m, n, k, a, 0, b, 0, c, 0, packed);
      } else if (k > 0) {
        int[] places = Strides.expanded(batchA, batch);
        int[] placesB = Strides.expanded(batchB, batch);
        int[] own = Strides.of(batch);
        for (int i = 0; i < count; i++) {
          int p = 0;
          int q = 0;
          for (int axis = 0; axis < batch.length; axis++) {
            int at = i / own[axis] % batch[axis];
            p += at * places[axis];
            q += at * placesB[axis];
          }
          product(call, m, n, k, a, p * m * k, b, q * k * n, c, i * m * n, null);
        }
      }
      y = OnnxTensor.of(a.type(), c, sizes);
    } else {
      y = general(call, a, b, batchA, batchB, batch, sizes);
    }
    if (left.rank() == 1 && right.rank() == 1) {
      return y.reshaped(Arrays.copyOf(batch, batch.length));
    }
    if (left.rank() == 1) {
      int[] shape = Arrays.copyOf(batch, batch.length + 1);
      shape[batch.length] = n;
      return y.reshaped(shape);
    }
    return right.rank() == 1 ? y.reshaped(Arrays.copyOf(sizes, sizes.length - 1)) : y;
  }

  private static void product(
      Call call,
      int m,
      int n,
      int k,
      OnnxTensor a,
      int aAt,
      OnnxTensor b,
      int bAt,
      float[] c,
      int cAt,
      @Nullable Packed packed) {
    if (m == 0 || n == 0) {
      return;
    }
    if (packed != null) {
      PackedMatrix matrix = packed.get(call, b, bAt, false, k, n);
      call.backend()
          .multiplyPacked(false, false, m, a.floats(), aAt, k, matrix, null, 0, false, c, cAt, n);
    } else {
      call.backend()
          .multiply(
              MatrixProduct.dense(m, n, k, false, false, false),
              a.floats(),
              aAt,
              b.floats(),
              bAt,
              c,
              cAt,
              call.machine().workers());
    }
  }

  /** Integers exactly, doubles in double. */
  private static OnnxTensor general(
      Call call, OnnxTensor a, OnnxTensor b, int[] batchA, int[] batchB, int[] batch, int[] sizes) {
    int m = sizes[batch.length];
    int n = sizes[batch.length + 1];
    int k = a.size(a.rank() - 1);
    boolean whole = a.type().storage() == ElementType.Storage.LONGS;
    Object y = call.storage(a.type(), sizes);
    int[] own = Strides.of(batch);
    int[] placesA = Strides.expanded(batchA, batch);
    int[] placesB = Strides.expanded(batchB, batch);
    for (int i = 0; i < Strides.product(batch, 0, batch.length); i++) {
      int p = 0;
      int q = 0;
      for (int axis = 0; axis < batch.length; axis++) {
        int at = i / own[axis] % batch[axis];
        p += at * placesA[axis];
        q += at * placesB[axis];
      }
      for (int r = 0; r < m; r++) {
        for (int c = 0; c < n; c++) {
          int to = (i * m + r) * n + c;
          long sum = 0;
          double real = 0;
          for (int j = 0; j < k; j++) {
            int from = p * m * k + r * k + j;
            int with = q * k * n + j * n + c;
            if (whole) {
              sum += a.longs()[from] * b.longs()[with];
            } else {
              real += a.doubles()[from] * b.doubles()[with];
            }
          }
          if (whole) {
            ((long[]) y)[to] = a.type().wrap(sum);
          } else {
            ((double[]) y)[to] = real;
          }
        }
      }
    }
    return OnnxTensor.of(a.type(), y, sizes);
  }

  private static Kernel gemm(NodeInfo node) {
    boolean transA = node.flag("transA", false);
    boolean transB = node.flag("transB", false);
    float alpha = node.real("alpha", 1);
    float beta = node.real("beta", 1);
    Packed packed = new Packed();
    boolean constant = node.constant(1) != null;
    return Operator.kernel(call -> {
      OnnxTensor a = call.tensor(0);
      OnnxTensor b = call.tensor(1);
      if (a.rank() != 2 || b.rank() != 2) {
        throw call.refuse(
            formatted("expected two matrices but got %s and %s", a.describe(), b.describe()));
      }
      int m = a.size(transA ? 1 : 0);
      int k = a.size(transA ? 0 : 1);
      int n = b.size(transB ? 0 : 1);
      if (b.size(transB ? 1 : 0) != k || a.type() != b.type()) {
        throw call.refuse(formatted("cannot multiply %s by %s", a.describe(), b.describe()));
      }
      OnnxTensor c = call.optional(2);
      int[] sizes = {m, n};
      if (c != null && !Arrays.equals(Strides.broadcast(c.sizes(), sizes), sizes)) {
        throw call.refuse(formatted("cannot add %s to [%d, %d]", c.describe(), m, n));
      }
      if (a.type().storage() != ElementType.Storage.FLOATS) {
        return generalGemm(call, a, c, transA, transB, alpha, beta, m, n, k);
      }
      float[] y = call.newFloats(m, n);
      boolean plain =
          c != null
              && alpha == 1
              && beta == 1
              && c.count() == n
              && (c.rank() < 2 || c.size(0) == 1);
      if (k > 0 && m > 0 && n > 0) {
        if (constant) {
          call.backend()
              .multiplyPacked(
                  transA,
                  false,
                  m,
                  a.floats(),
                  0,
                  transA ? m : k,
                  packed.get(call, b, 0, transB, k, n),
                  plain && c != null ? c.floats() : null,
                  0,
                  false,
                  y,
                  0,
                  n);
        } else {
          call.backend()
              .multiply(
                  MatrixProduct.dense(m, n, k, transA, transB, false),
                  a.floats(),
                  0,
                  b.floats(),
                  0,
                  y,
                  0,
                  call.machine().workers());
        }
      }
      if (alpha != 1) {
        call.backend().affine(alpha, 0, y, 0, y, 0, y.length);
      }
      OnnxTensor product = OnnxTensor.of(a.type(), y, m, n);
      boolean added = constant && plain && k > 0;
      if (c == null || added || y.length == 0) {
        return product;
      }
      OnnxTensor scaled = c;
      if (beta != 1) {
        float[] values = new float[c.count()];
        call.backend().affine(beta, 0, c.floats(), 0, values, 0, values.length);
        scaled = OnnxTensor.of(c.type(), values, c.sizes());
      }
      Broadcasting.walk(product, scaled, sizes, addInto(call, y, scaled.floats()));
      return product;
    });
  }

  private static Broadcasting.Row addInto(Call call, float[] y, float[] c) {
    return (p, sp, q, sq, at, count) -> {
      if (sq == 1) {
        call.backend().binary(BinaryFunction.ADD, y, p, c, q, y, at, count);
      } else {
        call.backend().binaryNumber(BinaryFunction.ADD, y, p, c[q], false, y, at, count);
      }
    };
  }

  private static OnnxTensor generalGemm(
      Call call,
      OnnxTensor a,
      @Nullable OnnxTensor c,
      boolean transA,
      boolean transB,
      float alpha,
      float beta,
      int m,
      int n,
      int k) {
    double[] x = call.doubles(0);
    double[] w = call.doubles(1);
    double[] y = call.newDoubles(m, n);
    double[] added = c == null ? new double[0] : call.doubles(2);
    int[] strides = c == null ? new int[2] : Strides.expanded(c.sizes(), new int[] {m, n});
    for (int r = 0; r < m; r++) {
      for (int s = 0; s < n; s++) {
        double sum = 0;
        for (int j = 0; j < k; j++) {
          sum += x[transA ? j * m + r : r * k + j] * w[transB ? s * k + j : j * n + s];
        }
        y[r * n + s] =
            alpha * sum + (c == null ? 0 : beta * added[r * strides[0] + s * strides[1]]);
      }
    }
    return call.rounded(a.type(), y, m, n);
  }
}
