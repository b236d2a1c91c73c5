package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Random graphs, compared with definitions that compute each element by itself in double precision.
 * The profile {@code peers} runs the same ones in ONNX Runtime.
 */
class RandomGraphsTest {
  private static final int GRAPHS = Integer.getInteger("comporta.random.graphs", 1_000);

  @Test
  void graphsComputeWhatTheirDefinitionsSay() {
    for (int n = 0; n < GRAPHS; n++) {
      RandomGraph made = RandomGraph.of(n);
      Map<String, OnnxValue> found = made.graph.load().run(made.inputs);
      for (Defined value : made.outputs()) {
        OnnxTensor tensor = (OnnxTensor) found.get(value.name());
        assertThat(tensor.sizes()).as("graph %d, %s", n, value.name()).isEqualTo(value.sizes());
        for (int i = 0; i < tensor.count(); i++) {
          double expected = value.values()[i];
          assertThat(Math.abs(tensor.floats()[i] - expected))
              .as("graph %d, %s, element %d: %s", n, value.name(), i, expected)
              .isLessThanOrEqualTo(2e-5 * Math.max(1, Math.abs(expected)));
        }
      }
    }
  }
}
