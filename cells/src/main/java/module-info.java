/** Recurrent cells and the layers around them. */
module dev.comporta.cells {
  requires transitive dev.comporta.tensor;
  requires static org.jspecify;
}
