package dev.comporta.attention;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads a memory with queries: a softmax of the scores over the positions that are not padding, and
 * the sum of the memory weighted by it.
 *
 * <pre>
 * e_bs = score(query_b, memory_bs)
 * w_bs = exp(e_bs) / sum_s exp(e_bs)         over the positions of row b that are not padding
 * context_b = sum_s w_bs memory_bs
 * </pre>
 *
 * <p>What stands at padding has no influence, not even NaN. A row whose positions are all padding
 * gets weights and a context of zero. Immutable and safe to share. Source: Bahdanau, Cho and Bengio
 * 2015, equations 5 and 6.
 *
 * @param attention the score
 */
@API(status = API.Status.EXPERIMENTAL)
public record AttentionReader(Attention attention) {
  /**
   * What a query reads.
   *
   * @param weights {@code [B, S]}, each row summing to 1, or all zero where all is padding
   * @param context {@code [B, K]}
   */
  public record Reading(Tensor weights, Tensor context) {}

  /**
   * A memory made ready for any number of queries.
   *
   * @param keys {@code [B, S, K]}, zero at padding
   * @param projected the part of the score that does not depend on the query, {@code [B, S, A]}
   * @param mask {@code [B, S]}, 1 where the memory has a position and 0 where it is padding, or
   *     null if no row is padded
   */
  public record Memory(Tensor keys, Tensor projected, @Nullable Tensor mask) {}

  /**
   * Makes a memory ready: clears its padding and computes what no query changes.
   *
   * @param keys {@code [B, S, K]}
   * @param mask {@code [B, S]}, 1 where the memory has a position and 0 where it is padding, or
   *     null if no row is padded
   * @param parameters the attention's parameters by name
   * @return the memory
   * @throws ShapeException if the mask does not fit the keys
   */
  public Memory remember(Tensor keys, @Nullable Tensor mask, Function<String, Tensor> parameters) {
    Shape shape = keys.shape();
    if (shape.rank() != 3) {
      throw new ShapeException(
          "[attention] expected a memory [batch, positions, keys] but got " + shape);
    }
    if (mask == null) {
      return new Memory(keys, attention.project(keys, parameters), null);
    }
    int batch = shape.size(0);
    int positions = shape.size(1);
    if (!mask.shape().equals(Shape.of(batch, positions))) {
      throw new ShapeException(
          "[attention] expected a mask [%d, %d] for a memory %s but got %s"
              .formatted(batch, positions, shape, mask.shape()));
    }
    Tensor kept =
        mask.reshape(batch, positions, 1).select(keys, keys.constant(Shape.of(), 0)); // [B, S, K]
    return new Memory(kept, attention.project(kept, parameters), mask);
  }

  /**
   * Reads a memory with one query for each row.
   *
   * @param query {@code [B, Q]}
   * @param memory what {@link #remember} gave
   * @param parameters the attention's parameters by name
   * @return weights and context
   * @throws ShapeException if the query does not fit the memory
   */
  public Reading read(Tensor query, Memory memory, Function<String, Tensor> parameters) {
    Shape shape = memory.keys().shape();
    int batch = shape.size(0);
    int positions = shape.size(1);
    if (query.shape().rank() != 2 || query.shape().size(0) != batch) {
      throw new ShapeException(
          "[attention] expected a query [%d, query] for a memory %s but got %s"
              .formatted(batch, shape, query.shape()));
    }
    Tensor scores = attention.scores(query, memory.projected(), parameters); // [B, S]
    Tensor weights = softmax(scores, memory.mask());
    Tensor context =
        weights
            .reshape(batch, positions, 1)
            .times(memory.keys())
            .sum(1)
            .reshape(batch, shape.size(2));
    return new Reading(weights, context);
  }

  /**
   * The softmax over the positions that are not padding.
   *
   * @param scores {@code [B, S]}
   * @param mask {@code [B, S]} or null
   * @return {@code [B, S]}, 0 at padding
   */
  private static Tensor softmax(Tensor scores, @Nullable Tensor mask) {
    if (mask == null) {
      return scores.softmax();
    }
    // Finite, so that a row of nothing but padding does not become infinity minus infinity.
    Tensor least = scores.constant(Shape.of(), -Float.MAX_VALUE);
    Tensor zero = scores.constant(Shape.of(), 0);
    return mask.select(mask.select(scores, least).softmax(), zero);
  }
}
