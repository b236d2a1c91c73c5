package dev.comporta.onnx.operators;

import dev.comporta.onnx.value.OnnxValue;
import org.jspecify.annotations.Nullable;

/** A subgraph of a node, such as the body of a loop. */
public interface Body {
  /** The number of its inputs. */
  int inputs();

  /** The number of its outputs. */
  int outputs();

  /** How many values of the graphs around it it reads. */
  int captures();

  /** Runs it. */
  OnnxValue[] run(@Nullable OnnxValue[] inputs, OnnxValue[] captured, Machine machine);
}
