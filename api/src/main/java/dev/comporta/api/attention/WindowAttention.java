package dev.comporta.api.attention;

import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * An attention score that is restricted to a window of positions (local attention, Luong et al.
 * 2015): positions outside receive no weight, and those inside are weighted by a factor.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface WindowAttention extends Attention {
  /**
   * Computes the window for one query per row.
   *
   * @param query {@code [B, Q]}
   * @param places the positions of the memory
   * @param parameters the attention's parameters by name
   * @return the window; every row that has positions must have at least one inside
   */
  Window window(Tensor query, Places places, Function<String, Tensor> parameters);

  /**
   * The position numbers of a memory, as tensors.
   *
   * @param numbers {@code [B, S]}: 1, 2, .. S in each row; values at padding have no effect
   * @param lengths {@code [B, 1]}, the number of positions of each row that are not padding
   */
  record Places(Tensor numbers, Tensor lengths) {}

  /**
   * A window over the positions of a memory.
   *
   * @param outside {@code [B, S]}, nonzero where a position is excluded from the softmax
   * @param factor {@code [B, S]}, multiplies the weights after the softmax
   */
  record Window(Tensor outside, Tensor factor) {}
}
