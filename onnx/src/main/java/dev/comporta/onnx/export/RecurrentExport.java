package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.model.Parameters;
import dev.comporta.cells.Activation;
import dev.comporta.cells.GruCell;
import dev.comporta.cells.LstmCell;
import dev.comporta.cells.RnnCell;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A cell as one of ONNX's recurrent operators. Ours have gates in the order i f g o and r z n; ONNX
 * has i o f c and z r h, and its matrices are transposed.
 *
 * @param operator RNN, LSTM or GRU
 * @param hidden H
 * @param inputs I
 * @param order for each gate of ONNX, its index in our order
 * @param apart whether the recurrent product has a bias of its own
 * @param activation of an RNN
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecurrentExport(
    String operator, int hidden, int inputs, int[] order, boolean apart, String activation) {
  static RecurrentExport of(Cell cell, String prefix) {
    return switch (cell) {
      case LstmCell lstm ->
          new RecurrentExport(
              "LSTM", lstm.hiddenSize(), lstm.inputSize(), new int[] {0, 3, 1, 2}, false, "");
      case GruCell gru ->
          new RecurrentExport(
              "GRU", gru.hiddenSize(), gru.inputSize(), new int[] {1, 0, 2}, gru.resetAfter(), "");
      case RnnCell rnn ->
          new RecurrentExport(
              "RNN",
              rnn.hiddenSize(),
              rnn.inputSize(),
              new int[] {0},
              false,
              activation(rnn.activation(), prefix));
      default ->
          throw new OnnxException(
              formatted(
                  "[onnx] %s: the cell %s has no operator in ONNX, and cells cannot be exported as Scan yet; lstm, gru and rnn can be exported",
                  prefix.substring(0, prefix.length() - 1), cell.getClass().getSimpleName()));
    };
  }

  private static String activation(Activation activation, String prefix) {
    return switch (activation) {
      case TANH -> "Tanh";
      case RELU -> "Relu";
      case SIGMOID -> "Sigmoid";
      case IDENTITY -> "Affine";
      default ->
          throw new OnnxException(
              formatted(
                  "[onnx] %s: an RNN with the activation %s cannot be exported; tanh, relu, sigmoid and identity can",
                  prefix.substring(0, prefix.length() - 1), activation.word()));
    };
  }

  List<String> states() {
    return operator.equals("LSTM") ? List.of("h", "c") : List.of("h");
  }

  AttributeProto[] attributes(String direction, int directions) {
    List<AttributeProto> attributes =
        new ArrayList<>(
            List.of(attribute("hidden_size", (long) hidden), attribute("direction", direction)));
    if (operator.equals("GRU")) {
      attributes.add(attribute("linear_before_reset", apart ? 1L : 0L));
    }
    if (operator.equals("RNN")) {
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
