/** How a model learns: losses, optimizers, truncated BPTT, data, checkpoints. */
module dev.comporta.training {
  requires transitive dev.comporta.cells;
  requires static org.jspecify;

  exports dev.comporta.training.data;
  exports dev.comporta.training.text;
}
