package dev.comporta.api.attention;

import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * A score that sees where the reader looked before: the weights of the timestep before, or the sum
 * of those of all timesteps before. At the first timestep they are zero.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface PastAttention extends Attention {
  /**
   * What of the past it sees.
   *
   * @return true for the sum of all weights before, false for the weights of the timestep before
   */
  boolean cumulative();

  /**
   * The scores of one query for each row.
   *
   * @param query {@code [B, Q]}
   * @param projected what {@link #project} gave, {@code [B, S, A]}
   * @param past {@code [B, S]}, zero at padding
   * @param parameters the attention's parameters by name
   * @return {@code [B, S]}, larger where the query should look
   */
  Tensor scores(Tensor query, Tensor projected, Tensor past, Function<String, Tensor> parameters);
}
