package dev.comporta.onnx;

import org.junit.jupiter.api.extension.ExtendWith;

/** The tests of {@link RecurrentOperatorsTest}, with each graph run in ONNX Runtime as well. */
@ExtendWith(OnnxRuntimeWitness.class)
class RecurrentOperatorsInOnnxRuntimeTest extends RecurrentOperatorsTest {}
