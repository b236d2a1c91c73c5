/** Attention: scores, and the reading of a memory by them. */
module dev.comporta.attention {
  requires transitive dev.comporta.cells;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.attention;
  exports dev.comporta.attention.decoding;

  provides dev.comporta.api.attention.AttentionProvider with
      dev.comporta.attention.AdditiveAttention.Provider,
      dev.comporta.attention.DotAttention.Provider,
      dev.comporta.attention.DotAttention.ScaledProvider,
      dev.comporta.attention.GeneralAttention.Provider;
}
