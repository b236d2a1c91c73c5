package dev.comporta.api.layer;

import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/**
 * The output of an encoder for a batch of source sequences, as input to the layers of a decoder.
 *
 * @param annotations the encoder's output at every position {@code [S, B, K]}, with the lengths of
 *     the source sequences
 * @param summary one vector per row {@code [B, N]}: the concatenated parts of the final state of
 *     the encoder's last recurrent layer, or the mean of the annotations if there is no recurrent
 *     layer
 */
@API(status = API.Status.STABLE)
public record Source(Sequence annotations, Tensor summary) {
  /**
   * The feature sizes of a source.
   *
   * @param annotations K, the size of an annotation; 0 without an encoder
   * @param summary N, the size of the summary; 0 without an encoder
   */
  public record Sizes(int annotations, int summary) {
    /** The sizes without an encoder. */
    public static final Sizes NONE = new Sizes(0, 0);
  }
}
