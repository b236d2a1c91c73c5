package dev.comporta.onnx.graph;

import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;

/** Half precision is computed in float32 and rounded after each node. */
final class Rounding {
  private Rounding() {}

  static OnnxValue toType(OnnxValue value) {
    if (!(value instanceof OnnxTensor tensor) || !tensor.type().isHalf()) {
      return value;
    }
    float[] floats = tensor.floats();
    float[] rounded = null;
    for (int i = 0; i < floats.length; i++) {
      float near = tensor.type().round(floats[i]);
      if (rounded == null && Float.floatToRawIntBits(near) != Float.floatToRawIntBits(floats[i])) {
        rounded = floats.clone();
      }
      if (rounded != null) {
        rounded[i] = near;
      }
    }
    return rounded == null ? tensor : OnnxTensor.of(tensor.type(), rounded, tensor.sizes());
  }
}
