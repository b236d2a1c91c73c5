package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;

/** What the scores do with queries: checks, and products with keys. */
final class Queries {
  private Queries() {}

  /** The query, after a check that its rows have the size that the score expects. */
  static Tensor checked(Tensor query, int size) {
    Shape shape = query.shape();
    if (shape.rank() != 2 || shape.size(1) != size) {
      throw new ShapeException(
          formatted("[attention] expected a query [batch, %d] but got %s", size, shape));
    }
    return query;
  }

  /** The dot product of each row's query with each of its keys: {@code [B, S]}. */
  static Tensor products(Tensor query, Tensor keys) {
    Shape shape = keys.shape(); // [B, S, K]
    if (shape.size(2) != query.shape().size(1)) {
      throw new ShapeException(
          formatted(
              "[attention] expected a memory [batch, positions, %d] but got %s",
              query.shape().size(1), shape));
    }
    return keys.times(query.reshape(shape.size(0), 1, shape.size(2)))
        .sum(-1)
        .reshape(shape.size(0), shape.size(1));
  }
}
