/** Comparison with reference cases that PyTorch computed. */
module dev.comporta.conformance {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.comporta.attention;
  requires transitive dev.comporta.serialization;
  requires transitive dev.comporta.training;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.conformance;
}
