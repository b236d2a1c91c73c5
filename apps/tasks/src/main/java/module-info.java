/** The jobs that the command line runs. */
module dev.comporta.tasks {
  requires com.fasterxml.jackson.databind;
  requires com.google.guice;
  requires transitive dev.comporta.attention;
  requires transitive dev.comporta.serialization;
  requires transitive dev.comporta.training;
  requires static org.jspecify;
  requires org.slf4j;
}
