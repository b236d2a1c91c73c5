package dev.comporta.api.attention;

import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;

/** A score that is read through a window: only some positions count, some more than others. */
@API(status = API.Status.EXPERIMENTAL)
public interface WindowAttention extends Attention {
  /**
   * Where one query of each row may look.
   *
   * @param query {@code [B, Q]}
   * @param places the positions of the memory
   * @param parameters the attention's parameters by name
   * @return the window; each row that has positions must have one inside
   */
  Window window(Tensor query, Places places, Function<String, Tensor> parameters);

  /**
   * The positions of a memory, as numbers to compute with.
   *
   * @param numbers {@code [B, S]}: 1, 2, .. S in each row; what stands at padding has no influence
   * @param lengths {@code [B, 1]}, the positions of each row that are not padding
   */
  record Places(Tensor numbers, Tensor lengths) {}

  /**
   * A window.
   *
   * @param outside {@code [B, S]}, not zero where a position is left out of the softmax
   * @param factor {@code [B, S]}, multiplied by the weights after the softmax
   */
  record Window(Tensor outside, Tensor factor) {}
}
