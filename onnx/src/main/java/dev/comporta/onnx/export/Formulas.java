package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.cells.Activation;
import dev.comporta.cells.layers.LayerNormLayer;
import dev.comporta.onnx.value.ElementType;
import java.util.List;

/** Functions of single timesteps as nodes. */
final class Formulas {
  private Formulas() {}

  /** An activation function of features. */
  static String activation(GraphWriter graph, Activation activation, String x) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> graph.apply("Tanh", List.of(x));
      case RELU -> graph.apply("Relu", List.of(x));
      case SIGMOID -> graph.apply("Sigmoid", List.of(x));
      case SOFTPLUS -> graph.apply("Softplus", List.of(x));
      case SOFTMAX -> graph.apply("Softmax", List.of(x), attribute("axis", 2L));
      case LOG_SOFTMAX -> graph.apply("LogSoftmax", List.of(x), attribute("axis", 2L));
      case HARD_THRESHOLD -> {
        String above = graph.apply("Greater", List.of(x, graph.number(0)));
        yield graph.cast(above, ElementType.FLOAT32);
      }
    };
  }

  /** Layer normalisation, as nodes where ONNX has no operator yet. */
  static String layerNorm(
      GraphWriter graph, LayerNormLayer norm, String gamma, String beta, String x) {
    if (graph.version() >= 17) {
      return graph.apply(
          "LayerNormalization",
          List.of(x, gamma, beta),
          attribute("axis", -1L),
          attribute("epsilon", norm.epsilon()));
    }
    String mean = graph.reduced("ReduceMean", x, true, 2);
    String centered = graph.apply("Sub", List.of(x, mean));
    String square = graph.apply("Mul", List.of(centered, centered));
    String variance = graph.reduced("ReduceMean", square, true, 2);
    String epsilon = graph.number(norm.epsilon());
    String deviation = graph.apply("Sqrt", List.of(graph.apply("Add", List.of(variance, epsilon))));
    String normal = graph.apply("Div", List.of(centered, deviation));
    return graph.apply("Add", List.of(graph.apply("Mul", List.of(normal, gamma)), beta));
  }
}
