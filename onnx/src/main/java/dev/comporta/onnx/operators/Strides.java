package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Copies along axes with any strides: transposition, slices, broadcasting. */
final class Strides {
  private Strides() {}

  /** The row-major strides of a shape. */
  static int[] of(int[] sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, sizes[axis]);
    }
    return strides;
  }

  /** The product of a range of sizes. */
  static int product(int[] sizes, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= sizes[axis];
    }
    return product;
  }

  /** The shape of a result of broadcasting, or null if the shapes do not fit. */
  static int @Nullable [] broadcast(int[] a, int[] b) {
    if (Arrays.equals(a, b)) {
      return a;
    }
    int rank = Math.max(a.length, b.length);
    int[] sizes = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int inA = axis - rank + a.length;
      int inB = axis - rank + b.length;
      int sizeA = inA < 0 ? 1 : a[inA];
      int sizeB = inB < 0 ? 1 : b[inB];
      if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
        return null;
      }
      sizes[axis] = sizeA == 1 ? sizeB : sizeA;
    }
    return sizes;
  }

  /** The strides with which a shape is read as a larger one: 0 where it is repeated. */
  static int[] expanded(int[] sizes, int[] target) {
    int[] own = of(sizes);
    int[] strides = new int[target.length];
    int skip = target.length - sizes.length;
    for (int axis = 0; axis < sizes.length; axis++) {
      strides[axis + skip] = sizes[axis] == 1 ? 0 : own[axis];
    }
    return strides;
  }

  /** Repeats a tensor to a shape that it can be broadcast to. */
  static OnnxTensor expand(Call call, OnnxTensor x, int[] target) {
    if (Arrays.equals(x.sizes(), target)) {
      return x;
    }
    return copy(call, x, target, expanded(x.sizes(), target), 0);
  }

  /** A new tensor whose element at each index is read with these strides. */
  static OnnxTensor copy(Call call, OnnxTensor x, int[] sizes, int[] strides, int offset) {
    Object to = call.storage(x.type(), sizes);
    if (OnnxTensor.count(sizes) > 0) {
      copy(x.data(), offset, strides, to, 0, sizes, of(sizes));
    }
    return OnnxTensor.of(x.type(), to, sizes);
  }

  /** Copies a box of elements; no size may be 0. */
  static void copy(
      Object from,
      int fromAt,
      int[] fromStrides,
      Object to,
      int toAt,
      int[] sizes,
      int[] toStrides) {
    int rank = sizes.length;
    if (rank == 0) {
      run(from, fromAt, 0, to, toAt, 1, 1);
      return;
    }
    // Axes that are contiguous on both sides are one.
    int[] n = new int[rank];
    int[] a = new int[rank];
    int[] b = new int[rank];
    int axes = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (sizes[axis] == 1 && axes + rank - axis > 1) {
        continue;
      }
      if (axes > 0
          && a[axes - 1] == fromStrides[axis] * sizes[axis]
          && b[axes - 1] == toStrides[axis] * sizes[axis]) {
        n[axes - 1] *= sizes[axis];
        a[axes - 1] = fromStrides[axis];
        b[axes - 1] = toStrides[axis];
      } else {
        n[axes] = sizes[axis];
        a[axes] = fromStrides[axis];
        b[axes++] = toStrides[axis];
      }
    }
    int last = axes - 1;
    int[] index = new int[axes];
    int p = fromAt;
    int q = toAt;
    while (true) {
      run(from, p, a[last], to, q, b[last], n[last]);
      int axis = last - 1;
      while (axis >= 0) {
        p += a[axis];
        q += b[axis];
        if (++index[axis] < n[axis]) {
          break;
        }
        p -= a[axis] * n[axis];
        q -= b[axis] * n[axis];
        index[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
    }
  }

  private static void run(
      Object from, int fromAt, int fromStride, Object to, int toAt, int toStride, int count) {
    if (toStride == 1 && fromStride == 1) {
      System.arraycopy(from, fromAt, to, toAt, count);
      return;
    }
    switch (from) {
      case float[] x -> {
        float[] y = (float[]) to;
        for (int i = 0; i < count; i++) {
          y[toAt + i * toStride] = x[fromAt + i * fromStride];
        }
      }
      case long[] x -> {
        long[] y = (long[]) to;
        for (int i = 0; i < count; i++) {
          y[toAt + i * toStride] = x[fromAt + i * fromStride];
        }
      }
      case double[] x -> {
        double[] y = (double[]) to;
        for (int i = 0; i < count; i++) {
          y[toAt + i * toStride] = x[fromAt + i * fromStride];
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          System.arraycopy(from, fromAt + i * fromStride, to, toAt + i * toStride, 1);
        }
      }
    }
  }

  /** Moves an axis to the end, or back. */
  static OnnxTensor permute(Call call, OnnxTensor x, int[] axes) {
    int[] sizes = new int[axes.length];
    int[] strides = new int[axes.length];
    int[] own = of(x.sizes());
    int before = -1;
    boolean sameOrder = true;
    for (int i = 0; i < axes.length; i++) {
      sizes[i] = x.size(axes[i]);
      strides[i] = own[axes[i]];
      if (sizes[i] != 1) {
        sameOrder &= axes[i] > before;
        before = axes[i];
      }
    }
    return sameOrder ? x.reshaped(sizes) : copy(call, x, sizes, strides, 0);
  }

  /** Fills a range of an array with one of its own elements. */
  static void fill(ElementType type, Object data, int from, int to, Object value, int at) {
    switch (type.storage()) {
      case FLOATS -> Arrays.fill((float[]) data, from, to, ((float[]) value)[at]);
      case DOUBLES -> Arrays.fill((double[]) data, from, to, ((double[]) value)[at]);
      case LONGS -> Arrays.fill((long[]) data, from, to, ((long[]) value)[at]);
      case STRINGS -> Arrays.fill((String[]) data, from, to, ((String[]) value)[at]);
    }
  }
}
