package dev.comporta.exchange.torch;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.ExchangeException;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Tensors;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Piece;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of one module of PyTorch, and what they become. Matrices are stored {@code [out, in]},
 * ours are {@code [in, out]}. Gates: LSTM i f g o and GRU r z n, as ours.
 *
 * @param tensors all arrays of the file
 * @param name the prefix of its arrays, empty for the outermost module
 */
record TorchModule(Tensors tensors, String name) {
  /** What a module is, as far as its arrays tell. */
  enum Kind {
    RECURRENT,
    MATRIX,
    CONVOLUTION,
    BATCH_NORM,
    LAYER_NORM,
    UNKNOWN
  }

  private String full(String parameter) {
    return name.isEmpty() ? parameter : name + "." + parameter;
  }

  @Nullable ForeignTensor peek(String parameter) {
    return tensors.peek(full(parameter));
  }

  private ForeignTensor required(String parameter, int... sizes) {
    return tensors.required(full(parameter), sizes);
  }

  ExchangeException refuse(String why) {
    String module = name.isEmpty() ? "its outermost module" : "module " + Printable.quoted(name);
    return tensors.input().refuse(formatted("%s %s", module, why));
  }

  Kind kind() {
    if (peek("weight_ih_l0") != null || peek("weight_ih") != null) {
      return Kind.RECURRENT;
    }
    ForeignTensor weight = peek("weight");
    if (weight == null) {
      return Kind.UNKNOWN;
    }
    return switch (weight.rank()) {
      case 1 ->
          peek("running_mean") != null
              ? Kind.BATCH_NORM
              : peek("bias") != null ? Kind.LAYER_NORM : Kind.UNKNOWN;
      case 2 -> Kind.MATRIX;
      case 3 -> Kind.CONVOLUTION;
      default -> Kind.UNKNOWN;
    };
  }

  /** The number of layers of a recurrent module. */
  int layers() {
    if (peek("weight_ih") != null) {
      return 1;
    }
    int layers = 0;
    while (peek("weight_ih_l" + layers) != null) {
      layers++;
    }
    return layers;
  }

  private String suffix(int layer, boolean reverse) {
    return peek("weight_ih") != null ? "" : "_l" + layer + (reverse ? "_reverse" : "");
  }

  boolean isBidirectional() {
    return peek("weight_ih_l0_reverse") != null;
  }

  /** I of a recurrent layer. */
  int inputs(int layer) {
    ForeignTensor w = peek("weight_ih" + suffix(layer, false));
    if (w == null || w.rank() != 2) {
      throw refuse(formatted("has no matrix weight_ih of layer %d", layer));
    }
    return w.size(1);
  }

  private int projection(int layer) {
    ForeignTensor hr = peek("weight_hr" + suffix(layer, false));
    return hr == null || hr.rank() != 2 ? 0 : hr.size(0);
  }

  int hidden(int layer) {
    ForeignTensor hr = peek("weight_hr" + suffix(layer, false));
    ForeignTensor u = peek("weight_hh" + suffix(layer, false));
    if (u == null || u.rank() != 2 || u.size(1) == 0) {
      throw refuse(formatted("has no matrix weight_hh of layer %d", layer));
    }
    return hr != null && hr.rank() == 2 ? hr.size(1) : u.size(1);
  }

  /** The number of output features of a recurrent layer. */
  int outputs(int layer) {
    int one = projection(layer) > 0 ? projection(layer) : hidden(layer);
    return isBidirectional() ? 2 * one : one;
  }

  /** The kind of cell, by the number of its gates. */
  String cellName(int layer) {
    ForeignTensor w = peek("weight_ih" + suffix(layer, false));
    int hidden = hidden(layer);
    int gates = w == null || hidden == 0 || w.size(0) % hidden != 0 ? 0 : w.size(0) / hidden;
    return switch (gates) {
      case 4 -> "lstm";
      case 3 -> "gru";
      case 1 -> "rnn";
      default ->
          throw refuse(
              formatted(
                  "has %d gates in layer %d; an LSTM has 4, a GRU 3, a simple RNN 1",
                  gates, layer));
    };
  }

  /** The parameters of our cell for one direction of a layer. */
  private Map<String, ForeignTensor> cell(int layer, boolean reverse, String prefix) {
    String end = suffix(layer, reverse);
    int inputs = inputs(layer);
    int hidden = hidden(layer);
    int projection = projection(layer);
    int rows =
        switch (cellName(layer)) {
          case "lstm" -> 4 * hidden;
          case "gru" -> 3 * hidden;
          default -> hidden;
        };
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put(prefix + "W", required("weight_ih" + end, rows, inputs).transposed());
    parameters.put(
        prefix + "U",
        required("weight_hh" + end, rows, projection > 0 ? projection : hidden).transposed());
    boolean biased = peek("bias_ih" + end) != null;
    ForeignTensor b = biased ? required("bias_ih" + end, rows) : Kernels.filled("no bias", rows, 0);
    ForeignTensor bU =
        biased ? required("bias_hh" + end, rows) : Kernels.filled("no bias", rows, 0);
    if (cellName(layer).equals("gru")) {
      parameters.put(prefix + "b", b);
      parameters.put(prefix + "bU", bU);
    } else {
      parameters.put(prefix + "b", Kernels.sum(b, bU));
    }
    if (projection > 0) {
      parameters.put(prefix + "P", required("weight_hr" + end, projection, hidden).transposed());
    }
    return parameters;
  }

  /**
   * One layer of a recurrent module.
   *
   * @param layer its number
   * @param options options that replace the guessed ones, or an empty specification
   */
  Piece recurrent(int layer, Spec options) {
    Spec cell = Spec.of(cellName(layer));
    if (projection(layer) > 0) {
      cell = cell.with("projection", projection(layer));
    }
    Spec spec =
        Spec.of(isBidirectional() ? "bidirectional" : "recurrent")
            .with("cell", cell)
            .with("hidden", hidden(layer));
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    if (isBidirectional()) {
      parameters.putAll(cell(layer, false, "forward."));
      parameters.putAll(cell(layer, true, "backward."));
    } else {
      parameters.putAll(cell(layer, false, "cell."));
    }
    return new Piece(with(spec, options), parameters);
  }

  /** The matrix {@code [out, in]} of a linear layer, or {@code [ids, features]} of an embedding. */
  ForeignTensor matrix() {
    ForeignTensor weight = peek("weight");
    if (weight == null || weight.rank() != 2) {
      throw refuse("has no matrix 'weight'");
    }
    return weight;
  }

  boolean hasBias() {
    return peek("bias") != null;
  }

  Piece linear(Spec options) {
    ForeignTensor weight = matrix();
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", required("weight").transposed());
    Spec spec = Spec.of("dense").with("units", weight.size(0));
    if (hasBias()) {
      parameters.put("b", required("bias", weight.size(0)));
    } else {
      spec = spec.with("bias", false);
    }
    return new Piece(with(spec, options), parameters);
  }

  Piece embedding(Spec options) {
    ForeignTensor weight = matrix();
    Spec spec =
        Spec.of("embedding").with("vocabulary", weight.size(0)).with("size", weight.size(1));
    return new Piece(with(spec, options), Map.of("table", required("weight")));
  }

  Piece convolution(Spec options) {
    ForeignTensor weight = required("weight");
    if (weight.rank() != 3) {
      throw refuse("has no 'weight' of three axes for a convolution over time");
    }
    int filters = weight.size(0);
    int inputs = weight.size(1);
    int width = weight.size(2);
    float[] values = new float[weight.values().length];
    for (int o = 0; o < filters; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int k = 0; k < width; k++) {
          values[(k * inputs + i) * filters + o] = weight.values()[(o * inputs + i) * width + k];
        }
      }
    }
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put(
        "W", new ForeignTensor(weight.name(), new int[] {width * inputs, filters}, values));
    Spec spec = Spec.of("conv1d").with("filters", filters).with("width", width);
    if (hasBias()) {
      parameters.put("b", required("bias", filters));
    } else {
      spec = spec.with("bias", false);
    }
    return new Piece(with(spec, options), parameters);
  }

  /** A batch normalisation as a scale and a shift; a state dictionary does not contain epsilon. */
  Piece batchNorm(double epsilon) {
    ForeignTensor gamma = required("weight");
    int size = gamma.values().length;
    ForeignTensor[] affine =
        Kernels.normalization(
            gamma,
            required("bias", size),
            required("running_mean", size),
            required("running_var", size),
            epsilon);
    tensors.use(full("num_batches_tracked"));
    return new Piece(Spec.of("affine"), Map.of("scale", affine[0], "shift", affine[1]));
  }

  Piece layerNorm(Spec options) {
    ForeignTensor gamma = required("weight");
    return new Piece(
        with(Spec.of("layer-norm"), options),
        Map.of("gamma", gamma, "beta", required("bias", gamma.values().length)));
  }

  private static Spec with(Spec spec, Spec options) {
    Spec all = spec;
    for (Map.Entry<String, Object> option : options.options().entrySet()) {
      all = all.with(option.getKey(), option.getValue());
    }
    return all;
  }
}
