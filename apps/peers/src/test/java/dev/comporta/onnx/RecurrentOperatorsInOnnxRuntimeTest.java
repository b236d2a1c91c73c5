package dev.comporta.onnx;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The tests of {@link RecurrentOperatorsTest}, with each graph run in ONNX Runtime as well. */
class RecurrentOperatorsInOnnxRuntimeTest extends RecurrentOperatorsTest {
  private static final OnnxRuntimeWitness RUNTIME = new OnnxRuntimeWitness(1e-5);

  @BeforeAll
  static void call() {
    TestGraph.witness = RUNTIME;
  }

  @AfterAll
  static void conclude() {
    TestGraph.witness = (graph, inputs, outputs) -> {};
    RUNTIME.conclude(50);
  }
}
