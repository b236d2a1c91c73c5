/** The programs of the guide. */
module dev.comporta.examples {
  requires dev.comporta.frame;
  requires dev.comporta.onnx;
  requires transitive dev.comporta.inference;
  requires static org.jspecify;

  exports dev.comporta.examples;
  exports dev.comporta.examples.byhand;
  exports dev.comporta.examples.data;
  exports dev.comporta.examples.layers;
  exports dev.comporta.examples.serving;
  exports dev.comporta.examples.shapes;
  exports dev.comporta.examples.training;
  exports dev.comporta.examples.watching;
}
