/** Benchmarks: workloads in Comporta and in other libraries; JMH benchmarks of kernels. */
module dev.comporta.benchmarks {
  requires com.fasterxml.jackson.databind;
  requires dev.comporta.attention;
  requires dev.comporta.onnx;
  requires dev.comporta.serialization;
  requires dev.comporta.training;
  requires java.management;
  requires jdk.incubator.vector;
  requires static jmh.core;
  requires static transitive org.jspecify;

  exports dev.comporta.benchmarks;
  exports dev.comporta.benchmarks.peers;

  provides dev.comporta.onnx.OnnxEngine with
      dev.comporta.benchmarks.graphs.OnnxRuntimeEngine;
}
