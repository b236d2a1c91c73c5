package dev.comporta.onnx.export;

import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.Activation;
import dev.comporta.cells.GruCell;
import dev.comporta.cells.LstmCell;
import dev.comporta.cells.RnnCell;
import dev.comporta.onnx.operators.GateOrder;
import dev.comporta.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cell as one of ONNX's recurrent operators, whose matrices are the transposes of ours.
 *
 * @param gates RNN, LSTM or GRU
 * @param hidden H
 * @param inputs I
 * @param order for each gate of ONNX, its index in our order
 * @param apart whether the recurrent product has a bias of its own
 * @param activation of an RNN
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecurrentExport(
    GateOrder gates, int hidden, int inputs, int[] order, boolean apart, String activation) {
  private RecurrentExport(
      GateOrder gates, int hidden, int inputs, boolean apart, String activation) {
    this(gates, hidden, inputs, gates.toTheirs(), apart, activation);
  }

  /** The operator of a cell; null if ONNX has none that computes the same. */
  static @Nullable RecurrentExport of(Cell cell) {
    return switch (cell) {
      case LstmCell lstm ->
          new RecurrentExport(GateOrder.LSTM, lstm.hiddenSize(), lstm.inputSize(), false, "");
      case GruCell gru ->
          new RecurrentExport(
              GateOrder.GRU, gru.hiddenSize(), gru.inputSize(), gru.resetAfter(), "");
      case RnnCell rnn -> {
        String activation = activation(rnn.activation());
        yield activation == null
            ? null
            : new RecurrentExport(
                GateOrder.RNN, rnn.hiddenSize(), rnn.inputSize(), false, activation);
      }
      default -> null;
    };
  }

  private static @Nullable String activation(Activation activation) {
    return switch (activation) {
      case TANH -> "Tanh";
      case RELU -> "Relu";
      case SIGMOID -> "Sigmoid";
      case IDENTITY -> "Affine";
      default -> null;
    };
  }

  String operator() {
    return gates.name();
  }

  List<String> states() {
    return gates == GateOrder.LSTM ? List.of("h", "c") : List.of("h");
  }

  AttributeProto[] attributes(String direction, int directions) {
    List<AttributeProto> attributes =
        new ArrayList<>(
            List.of(attribute("hidden_size", (long) hidden), attribute("direction", direction)));
    if (gates == GateOrder.GRU) {
      attributes.add(attribute("linear_before_reset", apart ? 1L : 0L));
    }
    if (gates == GateOrder.RNN) {
      attributes.add(attribute("activations", Collections.nCopies(directions, activation)));
      if (activation.equals("Affine")) {
        attributes.add(reals("activation_alpha", directions, 1));
        attributes.add(reals("activation_beta", directions, 0));
      }
    }
    return attributes.toArray(AttributeProto[]::new);
  }

  private static AttributeProto reals(String name, int count, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(6)
        .addAllFloats(Collections.nCopies(count, value))
        .build();
  }

  /** Our matrix {@code [in, gates H]} as ONNX's {@code [gates H, in]}. */
  private float[] turned(float[] ours, int in) {
    float[] theirs = new float[ours.length];
    int width = order.length * hidden;
    for (int gate = 0; gate < order.length; gate++) {
      for (int unit = 0; unit < hidden; unit++) {
        for (int i = 0; i < in; i++) {
          theirs[(gate * hidden + unit) * in + i] = ours[i * width + order[gate] * hidden + unit];
        }
      }
    }
    return theirs;
  }

  private float[] reordered(float[] ours) {
    float[] theirs = new float[ours.length];
    for (int gate = 0; gate < order.length; gate++) {
      System.arraycopy(ours, order[gate] * hidden, theirs, gate * hidden, hidden);
    }
    return theirs;
  }

  private static String name(List<String> sides, String parameter) {
    return sides.size() == 1
        ? sides.getFirst() + parameter
        : sides.getFirst().replaceAll("forward\\.$", "") + parameter;
  }

  private String matrix(
      GraphWriter graph, Parameters parameters, List<String> sides, String parameter, int in) {
    int size = order.length * hidden * in;
    float[] all = new float[sides.size() * size];
    for (int d = 0; d < sides.size(); d++) {
      float[] theirs = turned(parameters.copy(sides.get(d) + parameter), in);
      System.arraycopy(theirs, 0, all, d * size, size);
    }
    return graph.weights(
        name(sides, parameter), all, sides.size(), (long) order.length * hidden, in);
  }

  String w(GraphWriter graph, Parameters parameters, List<String> sides) {
    return matrix(graph, parameters, sides, "W", inputs);
  }

  String r(GraphWriter graph, Parameters parameters, List<String> sides) {
    return matrix(graph, parameters, sides, "U", hidden);
  }

  /** The biases of the input and of the recurrent product, side by side. */
  String b(GraphWriter graph, Parameters parameters, List<String> sides) {
    int width = order.length * hidden;
    float[] all = new float[sides.size() * 2 * width];
    for (int d = 0; d < sides.size(); d++) {
      String side = sides.get(d);
      System.arraycopy(reordered(parameters.copy(side + "b")), 0, all, d * 2 * width, width);
      if (apart) {
        System.arraycopy(
            reordered(parameters.copy(side + "bU")), 0, all, d * 2 * width + width, width);
      }
    }
    return graph.weights(name(sides, "b"), all, sides.size(), 2L * width);
  }
}
