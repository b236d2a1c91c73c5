package dev.comporta.api.attention;

import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * An attention score that also depends on past attention weights: those of the previous timestep,
 * or the sum over all previous timesteps (coverage). They are zero at the first timestep.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface PastAttention extends Attention {
  /**
   * Which past weights the score depends on.
   *
   * @return true for the sum over all previous timesteps, false for the previous timestep only
   */
  boolean cumulative();

  /**
   * Scores every position for one query per row.
   *
   * @param query {@code [B, Q]}
   * @param projected the result of {@link #project}, {@code [B, S, A]}
   * @param past the past weights {@code [B, S]}, zero at padding
   * @param parameters the attention's parameters by name
   * @return unnormalised scores {@code [B, S]}; a larger score means more attention
   */
  Tensor scores(Tensor query, Tensor projected, Tensor past, Function<String, Tensor> parameters);
}
