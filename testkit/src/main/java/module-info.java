/** Shared support for the tests of Comporta and its plug-ins. */
module dev.comporta.testkit {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.comporta.api;
  requires transitive org.assertj.core;
  requires java.management;
  requires jdk.management;
  requires static org.jspecify;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;

  exports dev.comporta.testkit;
}
