/** The programs of the guide. */
module dev.comporta.examples {
  requires dev.comporta.attention;
  requires dev.comporta.serialization;
  requires transitive dev.comporta.training;
  requires static org.jspecify;

  exports dev.comporta.examples;
  exports dev.comporta.examples.byhand;
  exports dev.comporta.examples.data;
  exports dev.comporta.examples.layers;
  exports dev.comporta.examples.shapes;
  exports dev.comporta.examples.training;
  exports dev.comporta.examples.watching;
}
