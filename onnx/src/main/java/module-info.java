/** ONNX in both directions: reading, checking and running graphs, and writing models. */
module dev.comporta.onnx {
  requires com.google.protobuf;
  requires transitive dev.comporta.cells;
  requires transitive dev.comporta.serialization;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.onnx;
  exports dev.comporta.onnx.export;
  exports dev.comporta.onnx.value;

  uses dev.comporta.onnx.OnnxEngine;
}
