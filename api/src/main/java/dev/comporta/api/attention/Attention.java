package dev.comporta.api.attention;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * An attention score: rates every position of a memory for a query. The mask, the softmax over the
 * positions and the weighted sum (the context vector) are the same for all scores and are
 * implemented in module {@code attention}. Implementations are immutable and thread-safe.
 */
@API(status = API.Status.STABLE)
public interface Attention {
  /**
   * The parameters of the score.
   *
   * @return names, shapes and initialisers
   */
  List<ParameterSpec> parameters();

  /**
   * Computes the part of the score that does not depend on the query, once for each memory.
   *
   * @param keys the memory {@code [B, S, K]}
   * @param parameters the attention's parameters by name
   * @return {@code [B, S, A]}; the keys themselves by default
   */
  default Tensor project(Tensor keys, Function<String, Tensor> parameters) {
    return keys;
  }

  /**
   * Scores every position for one query per row.
   *
   * @param query {@code [B, Q]}
   * @param projected the result of {@link #project}, {@code [B, S, A]}
   * @param parameters the attention's parameters by name
   * @return unnormalised scores {@code [B, S]}; a larger score means more attention
   */
  Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters);
}
