package dev.comporta.api.attention;

import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * A score of a query against every position of a memory. The softmax over the positions, their mask
 * and the weighted sum (the context) are the same for all scores and live in module {@code
 * attention}. Immutable and safe to share.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Attention {
  /**
   * The parameters.
   *
   * @return names, shapes and initialisers
   */
  List<ParameterSpec> parameters();

  /**
   * The part of the score that does not depend on the query, computed once for each memory.
   *
   * @param keys the memory {@code [B, S, K]}
   * @param parameters the attention's parameters by name
   * @return {@code [B, S, A]}; the keys themselves by default
   */
  default Tensor project(Tensor keys, Function<String, Tensor> parameters) {
    return keys;
  }

  /**
   * The scores of one query for each row.
   *
   * @param query {@code [B, Q]}
   * @param projected what {@link #project} gave, {@code [B, S, A]}
   * @param parameters the attention's parameters by name
   * @return {@code [B, S]}, larger where the query should look
   */
  Tensor scores(Tensor query, Tensor projected, Function<String, Tensor> parameters);
}
