/** A service that answers from a model file. */
module example.serve {
  requires dev.comporta.inference;
}
