package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;

/** Makes the kernel of a node: reads its attributes once. */
@FunctionalInterface
public interface Operator {
  /** The kernel of a node. */
  Kernel at(NodeInfo node);

  /** A function of one output without attributes. */
  static Operator of(Single function) {
    return node -> call -> new OnnxValue[] {function.run(call)};
  }

  /** A kernel of one output. */
  static Kernel kernel(Single function) {
    return call -> new OnnxValue[] {function.run(call)};
  }

  /** Computes one tensor. */
  @FunctionalInterface
  interface Single {
    /** The output. */
    OnnxTensor run(Call call);
  }
}
