package dev.comporta.onnx;

import org.junit.jupiter.api.extension.ExtendWith;

/** The tests of {@link OperatorsTest}, with each graph run in ONNX Runtime as well. */
@ExtendWith(OnnxRuntimeWitness.class)
class OperatorsInOnnxRuntimeTest extends OperatorsTest {}
