/** Recurrent cells and the layers around them; models of stacked layers. */
module dev.comporta.cells {
  requires transitive dev.comporta.api;
  requires transitive dev.comporta.tensor;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.cells.model;
}
