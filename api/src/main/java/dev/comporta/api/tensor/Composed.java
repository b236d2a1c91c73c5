package dev.comporta.api.tensor;

import static dev.comporta.api.Formatting.formatted;

import java.util.Arrays;

/**
 * Operations of {@link Tensor} that consist of several others: they need no gradient of their own.
 */
final class Composed {
  private Composed() {}

  static Tensor cumulativeProduct(Tensor x) {
    int n = x.shape().columns();
    Tensor product = x;
    for (int done = 1; done < n; done *= 2) {
      Tensor ones = x.constant(x.shape().with(-1, done), 1);
      product = product.times(ones.concat(-1, product.slice(-1, 0, n - done)));
    }
    return product;
  }

  /** Counts for each element those that come before it in descending order. */
  static Tensor topMask(Tensor x, int count) {
    int n = x.shape().columns();
    Op greater = new Op.Binary(BinaryFunction.GREATER);
    Tensor others = matrices(x, 1, n);
    Tensor own = matrices(x, n, 1);
    Tensor number = x.constant(Shape.of(n), 1).cumulativeSum();
    Tensor earlier = number.reshape(n, 1).apply(greater, number); // [n, n]
    Tensor larger = others.apply(greater, own); // [.., n, n]
    Tensor equal = own.apply(greater, others).plus(larger).complement();
    Tensor before = larger.plus(equal.times(earlier)).sum(-1).apply(new Op.Reshape(x.shape()));
    return x.constant(Shape.of(), count).apply(greater, before);
  }

  /** Each vector along the last axis as a matrix. */
  private static Tensor matrices(Tensor x, int rows, int columns) {
    int[] sizes = Arrays.copyOf(x.shape().sizes(), x.shape().rank() + 1);
    sizes[sizes.length - 2] = rows;
    sizes[sizes.length - 1] = columns;
    return x.reshape(sizes);
  }

  static Tensor batchMatmul(Tensor left, Tensor right) {
    Shape a = left.shape();
    Shape b = right.shape();
    if (a.rank() != 3 || b.rank() != 3 || a.size(0) != b.size(0) || a.size(2) != b.size(1)) {
      throw new ShapeException(
          formatted("[batch-matmul] expected [B, N, K] and [B, K, M] but got %s and %s", a, b));
    }
    return left.rowsOf(a.size(1), a.size(2), 1)
        .times(right.rowsOf(1, b.size(1), b.size(2)))
        .sum(2)
        .rowsOf(a.size(1), b.size(2));
  }
}
