package dev.comporta.benchmarks.peers;

/**
 * The sizes of the translation model that {@code comporta train translation} builds: a
 * bidirectional GRU encoder and a GRU decoder with additive attention (Bahdanau et al. 2015).
 *
 * <pre>
 * annotation_s = [forward_s, backward_s]                       bidirectional GRU over embeddings
 * h_0 = tanh(W_bridge [forward_S, backward_1] + b)
 * e_ts = v . tanh(W_query h_(t-1) + W_key annotation_s + b)    over the source's positions
 * c_t = sum_s softmax(e_t)_s annotation_s
 * h_t = GRU([x_t, c_t], h_(t-1))                               x_t embeds the target's token t - 1
 * logits_t = W tanh(W_read [h_t, c_t, x_t] + b) + b
 * </pre>
 *
 * @param hidden H, the hidden size of each encoder direction, the decoder, the attention and the
 *     read-out
 * @param embedding E, the size of both embeddings
 * @param sourceTokens the size of the source vocabulary
 * @param targetTokens V, the size of the target vocabulary
 */
public record Translator(int hidden, int embedding, int sourceTokens, int targetTokens) {
  /** The begin token, the decoder's first input. */
  public static final int BEGIN = 0;

  /**
   * The work of the matrix products of a forward pass over pairs.
   *
   * @param lengths the lengths of the pairs; padding is not counted
   * @return FLOPs
   */
  double flops(PairLengths lengths) {
    double h = hidden;
    double source = 2 * 3 * h * (embedding + h) + 2 * h * h;
    double target =
        3 * h * (embedding + 3 * h) + h * h + h * (embedding + 3 * h) + h * targetTokens;
    return 2
        * (source * lengths.sourceTokens()
            + target * lengths.targetTokens()
            + 2 * h * h * lengths.pairs()
            + 3 * h * lengths.meetings());
  }
}
