package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.CellSpecs;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cells of Keras. LSTM: gates i f c o, as ours. GRU: z r h, ours r z n. The biases of CuDNN's
 * forms are twice as long, and their kernels are stored transposed, gate by gate.
 *
 * @param config the configuration of the cell
 * @param inputs I
 */
record RecurrentWeights(Config config, int inputs) implements KerasCell {
  private static final int[] Z_R_H = {1, 0, 2};

  static boolean knows(String type) {
    return switch (type) {
      case "LSTM",
          "GRU",
          "SimpleRNN",
          "CuDNNLSTM",
          "CuDNNGRU",
          "LSTMCell",
          "GRUCell",
          "SimpleRNNCell" ->
          true;
      default -> false;
    };
  }

  @Override
  public int units() {
    return config.size("units", "output_dim");
  }

  private String kind() {
    return config.type().endsWith("Cell")
        ? config.type().substring(0, config.type().length() - 4)
        : config.type();
  }

  private boolean isCudnn() {
    return kind().startsWith("CuDNN");
  }

  private Nonlinearity activation() {
    return isCudnn() ? Nonlinearity.TANH : config.activation("activation", "tanh");
  }

  /** Keras 1 calls it inner_activation; its default was hard sigmoid until Keras 2.2. */
  private Nonlinearity gate() {
    if (isCudnn()) {
      return Nonlinearity.SIGMOID;
    }
    return config.node().has("inner_activation")
        ? config.activation("inner_activation", "hard_sigmoid")
        : config.activation(
            "recurrent_activation", config.major() < 2 ? "hard_sigmoid" : "sigmoid");
  }

  private boolean resetAfter() {
    return kind().equals("CuDNNGRU") || config.flag("reset_after", false);
  }

  @Override
  public Flow step() {
    return Flow.vector(units());
  }

  @Override
  public Spec cell() {
    return switch (kind()) {
      case "LSTM", "CuDNNLSTM" -> CellSpecs.lstm(gate(), activation(), activation(), false);
      case "GRU", "CuDNNGRU" -> CellSpecs.gru(gate(), activation(), resetAfter());
      case "SimpleRNN" -> CellSpecs.rnn(activation());
      default -> throw config.refuse("is not supported");
    };
  }

  @Override
  public boolean isLstm() {
    return kind().endsWith("LSTM");
  }

  private int gates() {
    return kind().endsWith("LSTM") ? 4 : kind().endsWith("GRU") ? 3 : 1;
  }

  @Override
  public Map<String, ForeignTensor> parameters(List<ForeignTensor> weights) {
    List<ForeignTensor> packed =
        weights.size() == 3 * gates() && gates() > 1 ? packed(weights) : weights;
    boolean biased = config.flag("use_bias", true);
    if (packed.size() != (biased ? 3 : 2)) {
      throw config.refuse(
          formatted("needs %d arrays of weights but has %d", biased ? 3 : 2, packed.size()));
    }
    int columns = gates() * units();
    ForeignTensor w = config.matrix(packed.get(0), inputs, columns);
    ForeignTensor u = config.matrix(packed.get(1), units(), columns);
    ForeignTensor bias =
        biased
            ? packed.get(2)
            : Kernels.filled("no bias", resetAfter() && gates() == 3 ? 2 * columns : columns, 0);
    boolean twice = bias.rank() == 1 && bias.values().length == 2 * columns;
    if (isCudnn() || (biased && twice)) { // also under the plain layer's name
      if (gates() == 3 && !resetAfter()) {
        throw config.refuse("has a bias of 6H, as CuDNN's GRU has, but no reset_after");
      }
      w = fromCudnn(w);
      u = fromCudnn(u);
    }
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    if (gates() == 3) {
      parameters.put("W", Kernels.gates(w, Z_R_H));
      parameters.put("U", Kernels.gates(u, Z_R_H));
      if (resetAfter()) {
        ForeignTensor both = config.vector(bias, 2 * columns);
        parameters.put("b", Kernels.gates(Kernels.part(both, 0, columns), Z_R_H));
        parameters.put("bU", Kernels.gates(Kernels.part(both, columns, 2 * columns), Z_R_H));
      } else {
        parameters.put("b", Kernels.gates(config.vector(bias, columns), Z_R_H));
      }
      return parameters;
    }
    parameters.put("W", w);
    parameters.put("U", u);
    if (bias.values().length == 2 * columns) {
      ForeignTensor both = bias.reshaped(2 * columns);
      parameters.put(
          "b",
          Kernels.sum(Kernels.part(both, 0, columns), Kernels.part(both, columns, 2 * columns)));
    } else {
      parameters.put("b", config.vector(bias, columns));
    }
    return parameters;
  }

  /** Turns each gate of a kernel that is stored transposed in the same shape. */
  private ForeignTensor fromCudnn(ForeignTensor kernel) {
    int rows = kernel.size(0);
    int size = kernel.size(1) / gates();
    float[] from = kernel.values();
    float[] to = new float[from.length];
    for (int g = 0; g < gates(); g++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < size; j++) {
          int flat = j * rows + i; // of the gate's own block, row-major [rows, size]
          int at = (flat / size) * kernel.size(1) + g * size + flat % size;
          to[i * kernel.size(1) + g * size + j] = from[at];
        }
      }
    }
    return new ForeignTensor(kernel.name(), kernel.sizes(), to);
  }

  /** The nine or twelve arrays of Keras 1, named by gate, as three packed ones. */
  private List<ForeignTensor> packed(List<ForeignTensor> weights) {
    String[] order =
        gates() == 4 ? new String[] {"i", "f", "c", "o"} : new String[] {"z", "r", "h"};
    return List.of(
        packed(weights, "W", order, inputs),
        packed(weights, "U", order, units()),
        packed(weights, "b", order, 1).reshaped(gates() * units()));
  }

  private ForeignTensor packed(List<ForeignTensor> weights, String role, String[] order, int rows) {
    int size = units();
    float[] values = new float[rows * size * order.length];
    for (int g = 0; g < order.length; g++) {
      ForeignTensor gate = named(weights, "_" + role + "_" + order[g]);
      if (gate.values().length != rows * size) {
        throw config.refuse(
            "has weights " + Printable.quoted(gate.name()) + " of a shape that does not fit");
      }
      for (int r = 0; r < rows; r++) {
        System.arraycopy(gate.values(), r * size, values, (r * order.length + g) * size, size);
      }
    }
    return new ForeignTensor(role, new int[] {rows, size * order.length}, values);
  }

  private ForeignTensor named(List<ForeignTensor> weights, String end) {
    for (ForeignTensor tensor : weights) {
      if (tensor.name().replaceAll(":\\d+$", "").endsWith(end)) {
        return tensor;
      }
    }
    throw config.refuse("has no weights whose name ends with " + end);
  }
}
