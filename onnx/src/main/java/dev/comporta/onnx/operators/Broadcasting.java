package dev.comporta.onnx.operators;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import java.util.Arrays;

/** Visits the pairs of elements of two shapes that are broadcast against each other. */
final class Broadcasting {
  /** A row of pairs. */
  @FunctionalInterface
  interface Row {
    /** Elements a + i * sa and b + i * sb give element y + i, for i from 0 to n - 1. */
    void run(int a, int sa, int b, int sb, int y, int n);
  }

  private Broadcasting() {}

  /** The shape of the result. */
  static int[] sizes(Call call, OnnxTensor a, OnnxTensor b) {
    int[] sizes = Strides.broadcast(a.sizes(), b.sizes());
    if (sizes == null) {
      throw call.refuse(
          formatted(
              "expected shapes that can be broadcast but got %s and %s",
              Arrays.toString(a.sizes()), Arrays.toString(b.sizes())));
    }
    return sizes;
  }

  /** Visits all pairs, with rows as long as possible. */
  static void walk(OnnxTensor left, OnnxTensor right, int[] sizes, Row row) {
    int count = (int) OnnxTensor.count(sizes);
    if (count == 0) {
      return;
    }
    if (left.count() == count && right.count() == count) {
      row.run(0, 1, 0, 1, 0, count);
      return;
    }
    if (right.count() == 1) {
      row.run(0, 1, 0, 0, 0, count);
      return;
    }
    if (left.count() == 1) {
      row.run(0, 0, 0, 1, 0, count);
      return;
    }
    int[] inA = Strides.expanded(left.sizes(), sizes);
    int[] inB = Strides.expanded(right.sizes(), sizes);
    int[] n = new int[sizes.length];
    int[] a = new int[sizes.length];
    int[] b = new int[sizes.length];
    int axes = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == 1) {
        continue;
      }
      if (axes > 0
          && a[axes - 1] == inA[axis] * sizes[axis]
          && b[axes - 1] == inB[axis] * sizes[axis]) {
        n[axes - 1] *= sizes[axis];
        a[axes - 1] = inA[axis];
        b[axes - 1] = inB[axis];
      } else {
        n[axes] = sizes[axis];
        a[axes] = inA[axis];
        b[axes++] = inB[axis];
      }
    }
    int last = axes - 1;
    int[] index = new int[axes];
    int p = 0;
    int q = 0;
    for (int y = 0; y < count; y += n[last]) {
      row.run(p, a[last], q, b[last], y, n[last]);
      for (int axis = last - 1; axis >= 0; axis--) {
        p += a[axis];
        q += b[axis];
        if (++index[axis] < n[axis]) {
          break;
        }
        p -= a[axis] * n[axis];
        q -= b[axis] * n[axis];
        index[axis] = 0;
      }
    }
  }
}
