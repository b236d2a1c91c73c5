/** Attention scores and decoding. */
module dev.comporta.attention {
  requires transitive dev.comporta.cells;
  requires static org.jspecify;
}
