/** From a model file to answers: the library that a service needs, and that the commands use. */
module dev.comporta.inference {
  requires transitive dev.comporta.attention;
  requires transitive dev.comporta.serialization;
  requires transitive dev.comporta.training;
  requires org.slf4j;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.inference;
  exports dev.comporta.inference.compute;
  exports dev.comporta.inference.content;
}
