package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.OnnxValue;
import org.jspecify.annotations.Nullable;

/** What one node computes. */
@FunctionalInterface
public interface Kernel {
  /** Computes the outputs; absent optional outputs are null or left out at the end. */
  @Nullable OnnxValue[] run(Call call);
}
