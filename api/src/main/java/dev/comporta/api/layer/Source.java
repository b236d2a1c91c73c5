package dev.comporta.api.layer;

import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/**
 * What an encoder made of a batch of source sequences, for the layers of a decoder.
 *
 * @param annotations its output at every position {@code [S, B, K]}, with the lengths of the
 *     sources
 * @param summary one vector for each row {@code [B, N]}: the last state of the encoder's last
 *     recurrent layer, its parts side by side; without one the mean of the annotations
 */
@API(status = API.Status.EXPERIMENTAL)
public record Source(Sequence annotations, Tensor summary) {
  /**
   * The sizes of a source, which layers are built for.
   *
   * @param annotations K, the features of an annotation; 0 where there is no encoder
   * @param summary N, the size of the summary; 0 where there is no encoder
   */
  public record Sizes(int annotations, int summary) {
    /** There is no encoder. */
    public static final Sizes NONE = new Sizes(0, 0);
  }
}
