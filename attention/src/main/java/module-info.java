/**
 * Attention scores, the reading of a memory with them, decoders with and without attention, CTC
 * decoding.
 */
module dev.comporta.attention {
  requires transitive dev.comporta.cells;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.attention;
  exports dev.comporta.attention.ctc;
  exports dev.comporta.attention.decoding;

  provides dev.comporta.api.attention.AttentionProvider with
      dev.comporta.attention.AdditiveAttention.Provider,
      dev.comporta.attention.DotAttention.Provider,
      dev.comporta.attention.DotAttention.ScaledProvider,
      dev.comporta.attention.GeneralAttention.Provider,
      dev.comporta.attention.LocalAttention.Provider,
      dev.comporta.attention.LocationAttention.CoverageProvider,
      dev.comporta.attention.LocationAttention.Provider;
  provides dev.comporta.api.layer.LayerProvider with
      dev.comporta.attention.AttentionDecoderLayer.Provider,
      dev.comporta.attention.DecoderLayer.Provider,
      dev.comporta.attention.FilmAttentionLayer.Provider;
}
