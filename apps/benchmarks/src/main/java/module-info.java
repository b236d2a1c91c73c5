/** JMH benchmarks, one class per kernel family. */
module dev.comporta.benchmarks {
  requires dev.comporta.attention;
  requires dev.comporta.serialization;
  requires dev.comporta.training;
  requires jmh.core;
  requires static org.jspecify;
}
