/** Benchmarks: workloads measured here and in other libraries; JMH for the kernels. */
module dev.comporta.benchmarks {
  requires com.fasterxml.jackson.databind;
  requires dev.comporta.attention;
  requires dev.comporta.serialization;
  requires dev.comporta.training;
  requires java.management;
  requires static jmh.core;
  requires static transitive org.jspecify;

  exports dev.comporta.benchmarks;
  exports dev.comporta.benchmarks.peers;
}
