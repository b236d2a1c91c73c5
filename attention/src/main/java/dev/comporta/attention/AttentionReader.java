package dev.comporta.attention;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.attention.Attention;
import dev.comporta.api.attention.PastAttention;
import dev.comporta.api.attention.WindowAttention;
import dev.comporta.api.attention.WindowAttention.Places;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads a memory with queries: computes the attention weights, a softmax of the scores over the
 * positions that are not padding, and the context, the weighted sum of the memory.
 *
 * <pre>
 * e_bs = score(query_b, memory_bs)
 * w_bs = exp(e_bs) / sum_s exp(e_bs)         over the positions of row b that are not padding
 * context_b = sum_s w_bs memory_bs
 * </pre>
 *
 * <p>Values at padding positions, even NaN, do not affect the result. A row that is all padding
 * gets zero weights and a zero context. Immutable and thread-safe. Source: Bahdanau, Cho and Bengio
 * 2015, equations 5 and 6.
 *
 * @param attention the score
 */
@API(status = API.Status.EXPERIMENTAL)
public record AttentionReader(Attention attention) {
  /**
   * The result of reading a memory with one query per row.
   *
   * @param weights the attention weights {@code [B, S]}; each row sums to 1 (to less than 1 for
   *     windowed scores), or is all zero if the row is all padding
   * @param context the weighted sum of the memory, {@code [B, K]}
   */
  public record Reading(Tensor weights, Tensor context) {}

  /**
   * A memory prepared for any number of queries.
   *
   * @param keys {@code [B, S, K]}, zero at padding
   * @param projected the part of the score that does not depend on the query, {@code [B, S, A]}
   * @param mask {@code [B, S]}, 1 at positions of the memory and 0 at padding, or null if no row is
   *     padded
   * @param places the numbers of the positions, or null for a score without a window
   */
  public record Memory(
      Tensor keys, Tensor projected, @Nullable Tensor mask, @Nullable Places places) {}

  /**
   * Prepares a memory: zeroes its padding and computes the part of the score that does not depend
   * on a query.
   *
   * @param keys {@code [B, S, K]}
   * @param mask {@code [B, S]}, 1 at positions of the memory and 0 at padding, or null if no row is
   *     padded
   * @param parameters the attention's parameters by name
   * @return the prepared memory
   * @throws ShapeException if the mask does not fit the keys
   */
  public Memory remember(Tensor keys, @Nullable Tensor mask, Function<String, Tensor> parameters) {
    Shape shape = keys.shape();
    if (shape.rank() != 3) {
      throw new ShapeException(
          "[attention] expected a memory [batch, positions, keys] but got " + shape);
    }
    if (mask == null) {
      return new Memory(keys, attention.project(keys, parameters), null, placesOf(keys, null));
    }
    int batch = shape.size(0);
    int positions = shape.size(1);
    if (!mask.shape().equals(Shape.of(batch, positions))) {
      throw new ShapeException(
          formatted(
              "[attention] expected a mask [%d, %d] for a memory %s but got %s",
              batch, positions, shape, mask.shape()));
    }
    Tensor kept =
        mask.reshape(batch, positions, 1).select(keys, keys.constant(Shape.of(), 0)); // [B, S, K]
    return new Memory(
        kept, attention.project(kept, parameters), mask, placesOf(keys, mask.sum(-1)));
  }

  private @Nullable Places placesOf(Tensor keys, @Nullable Tensor lengths) {
    if (!(attention instanceof WindowAttention)) {
      return null;
    }
    int batch = keys.shape().size(0);
    int positions = keys.shape().size(1);
    return new Places(
        numbers(keys, batch, positions),
        lengths == null ? keys.constant(Shape.of(batch, 1), positions) : lengths);
  }

  /** The numbers 1, 2, ..., S in each row, {@code [B, S]}. */
  static Tensor numbers(Tensor engine, int batch, int positions) {
    if (positions == 0) {
      return engine.constant(Shape.of(batch, 0), 0);
    }
    Tensor[] others = new Tensor[positions - 1];
    Arrays.setAll(others, i -> engine.constant(Shape.of(1, 1), i + 2));
    Tensor row = engine.constant(Shape.of(1, 1), 1).concat(1, others);
    return row.apply(new Op.BroadcastTo(Shape.of(batch, positions)));
  }

  /**
   * Reads a memory with one query per row, at the first timestep: there are no earlier weights.
   *
   * @param query {@code [B, Q]}
   * @param memory a memory prepared by {@link #remember}
   * @param parameters the attention's parameters by name
   * @return weights and context
   * @throws ShapeException if the query does not fit the memory
   */
  public Reading read(Tensor query, Memory memory, Function<String, Tensor> parameters) {
    return read(query, memory, null, parameters);
  }

  /**
   * Reads a memory with one query per row.
   *
   * @param query {@code [B, Q]}
   * @param memory a memory prepared by {@link #remember}
   * @param past {@code [B, S]}, the summary of earlier weights that a {@link PastAttention} uses,
   *     zero at padding; null at the first timestep
   * @param parameters the attention's parameters by name
   * @return weights and context
   * @throws ShapeException if the query or the past does not fit the memory
   */
  public Reading read(
      Tensor query, Memory memory, @Nullable Tensor past, Function<String, Tensor> parameters) {
    Shape shape = memory.keys().shape();
    int batch = shape.size(0);
    int positions = shape.size(1);
    if (query.shape().rank() != 2 || query.shape().size(0) != batch) {
      throw new ShapeException(
          formatted(
              "[attention] expected a query [%d, query] for a memory %s but got %s",
              batch, shape, query.shape()));
    }
    if (past != null && !past.shape().equals(Shape.of(batch, positions))) {
      throw new ShapeException(
          formatted(
              "[attention] expected a past [%d, %d] for a memory %s but got %s",
              batch, positions, shape, past.shape()));
    }
    Tensor scores = scores(query, memory.projected(), past, parameters); // [B, S]
    Tensor weights = weights(scores, query, memory, parameters);
    Tensor context =
        weights
            .reshape(batch, positions, 1)
            .times(memory.keys())
            .sum(1)
            .reshape(batch, shape.size(2));
    return new Reading(weights, context);
  }

  private Tensor scores(
      Tensor query, Tensor projected, @Nullable Tensor past, Function<String, Tensor> parameters) {
    return attention instanceof PastAttention seeing && past != null
        ? seeing.scores(query, projected, past, parameters)
        : attention.scores(query, projected, parameters);
  }

  private Tensor weights(
      Tensor scores, Tensor query, Memory memory, Function<String, Tensor> parameters) {
    if (!(attention instanceof WindowAttention local)) {
      return softmax(scores, memory.mask());
    }
    Places places = memory.places();
    if (places == null) {
      throw new IllegalStateException("the memory was prepared without position numbers");
    }
    WindowAttention.Window window = local.window(query, places, parameters);
    Tensor inside = window.outside().select(least(scores), scores);
    return softmax(inside, memory.mask()).times(window.factor());
  }

  /** Finite, so that a row that is all padding does not compute infinity minus infinity. */
  private static Tensor least(Tensor scores) {
    return scores.constant(Shape.of(), -Float.MAX_VALUE);
  }

  /**
   * The softmax over the positions that are not padding.
   *
   * @param scores {@code [B, S]}
   * @param mask {@code [B, S]} or null
   * @return {@code [B, S]}, 0 at padding
   */
  static Tensor softmax(Tensor scores, @Nullable Tensor mask) {
    if (mask == null) {
      return scores.softmax();
    }
    Tensor zero = scores.constant(Shape.of(), 0);
    return mask.select(mask.select(scores, least(scores)).softmax(), zero);
  }
}
