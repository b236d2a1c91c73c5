/**
 * What the tests of Comporta and of its plug-ins share, and the contract of a tensor backend. The
 * contracts of other providers are in module {@code dev.comporta.kit}.
 */
module dev.comporta.testkit {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.comporta.api;
  requires transitive org.assertj.core;
  requires java.management;
  requires jdk.management;
  requires static org.apiguardian.api;
  requires static org.jspecify;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;

  exports dev.comporta.testkit;
  exports dev.comporta.testkit.backend;
}
