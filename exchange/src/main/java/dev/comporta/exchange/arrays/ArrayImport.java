package dev.comporta.exchange.arrays;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.Npy;
import dev.comporta.exchange.files.RawArrays;
import dev.comporta.exchange.files.Tensors;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Piece;
import dev.comporta.exchange.torch.TorchImport;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Imports models that are stored as named arrays. */
public final class ArrayImport {
  private ArrayImport() {}

  /**
   * Imports an archive of NumPy. An encoder and a decoder of GRUs, named as {@code enc_w_ih}, is
   * recognised; anything else needs an architecture.
   */
  public static Draft npz(Input file, @Nullable JsonNode architecture) {
    Tensors tensors = Npy.archive(file);
    Draft draft = new Draft(file, "npz", "NumPy");
    if (architecture != null) {
      return TorchImport.fill(draft, tensors, architecture);
    }
    if (tensors.peek("enc_w_ih") == null || tensors.peek("dec_w_ih") == null) {
      throw file.refuse(
          formatted(
              "its arrays %s do not say which layers use them; give the layers with --architecture",
              Printable.quoted(tensors.names())));
    }
    encoderDecoder(draft, tensors);
    tensors.requireAllUsed();
    return draft;
  }

  private static ForeignTensor matrix(Tensors tensors, String name) {
    ForeignTensor matrix = tensors.required(name);
    if (matrix.rank() != 2) {
      throw tensors.input().refuse("expected a matrix but got " + Printable.quoted(matrix));
    }
    return matrix;
  }

  private static Piece embedding(Tensors tensors, String name) {
    ForeignTensor table = matrix(tensors, name);
    return new Piece(
        Spec.of("embedding").with("vocabulary", table.size(0)).with("size", table.size(1)),
        Map.of("table", table));
  }

  private static void encoderDecoder(Draft draft, Tensors tensors) {
    draft.inputSize(0);
    draft.addToEncoder(embedding(tensors, "enc_emb"));
    draft.addToEncoder(gru(tensors, "enc_", "recurrent"));
    draft.add(embedding(tensors, "dec_emb"));
    draft.add(gru(tensors, "dec_", "copy-decoder"));
    ForeignTensor w = matrix(tensors, "fc_w");
    draft.add(
        new Piece(
            Spec.of("dense").with("units", w.size(0)),
            Map.of("W", w.transposed(), "b", tensors.required("fc_b", w.size(0)))));
    draft.note(
        "guessed from names and shapes: an encoder (embedding, GRU) whose last state starts a decoder (embedding, GRU, dense)");
  }

  private static Piece gru(Tensors tensors, String prefix, String layer) {
    ForeignTensor w = matrix(tensors, prefix + "w_ih");
    ForeignTensor u = matrix(tensors, prefix + "w_hh");
    int hidden = u.size(1);
    if (u.size(0) != 3 * hidden || w.size(0) != 3 * hidden) {
      throw tensors
          .input()
          .refuse("expected the three gates of a GRU but got " + Printable.quoted(w));
    }
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("cell.W", w.transposed());
    parameters.put("cell.U", u.transposed());
    parameters.put("cell.b", tensors.required(prefix + "b_ih", 3 * hidden));
    parameters.put("cell.bU", tensors.required(prefix + "b_hh", 3 * hidden));
    return new Piece(Spec.of(layer).with("cell", "gru").with("hidden", hidden), parameters);
  }

  /** Whether a JSON file is a manifest of raw arrays. */
  public static boolean isManifest(JsonNode root) {
    return root.isObject()
        && !root.isEmpty()
        && root.properties().iterator().next().getValue().path("filename").isTextual();
  }

  /**
   * Imports TensorFlow's raw arrays next to a manifest: an embedding, stacked basic LSTMs (one
   * matrix for input and state, gates i j f o, a forget bias of 1 that TensorFlow adds at run time)
   * and a softmax layer.
   */
  public static Draft manifest(Input file, JsonNode root) {
    Tensors tensors = RawArrays.read(file, root);
    Draft draft = new Draft(file, "tfjs", "TensorFlow");
    draft.inputSize(0);
    for (String name : tensors.names()) {
      ForeignTensor tensor = tensors.peek(name);
      if (tensor != null && tensor.rank() == 0) {
        tensors.use(name);
        draft.note(formatted("the number '%s', a step counter, was left out", name));
      }
    }
    draft.add(embedding(tensors, "embedding"));
    int features = matrix(tensors, "embedding").size(1);
    for (int layer = 0; ; layer++) {
      String prefix = formatted("rnnlm/multi_rnn_cell/cell_%d/basic_lstm_cell/", layer);
      if (tensors.peek(prefix + "weights") == null) {
        break;
      }
      Piece piece = basicLstm(tensors, prefix, features);
      draft.add(piece);
      features = tensors.required(prefix + "biases").size(0) / 4;
    }
    ForeignTensor w = matrix(tensors, "rnnlm/softmax_w");
    draft.add(
        new Piece(
            Spec.of("dense").with("units", w.size(1)).with("activation", "softmax"),
            Map.of(
                "W",
                tensors.shaped(w, features, w.size(1)),
                "b",
                tensors.required("rnnlm/softmax_b", w.size(1)))));
    tensors.requireAllUsed();
    draft.note("the forget bias of 1, TensorFlow's default, was added to the biases");
    return draft;
  }

  private static Piece basicLstm(Tensors tensors, String prefix, int features) {
    ForeignTensor biases = tensors.required(prefix + "biases");
    if (biases.rank() != 1 || biases.size(0) % 4 != 0) {
      throw tensors
          .input()
          .refuse("expected the biases of four gates but got " + Printable.quoted(biases));
    }
    int hidden = biases.size(0) / 4;
    ForeignTensor both =
        Kernels.gates(
            tensors.required(prefix + "weights", features + hidden, 4 * hidden), 0, 2, 1, 3);
    float[] all = both.values();
    int split = features * 4 * hidden;
    ForeignTensor b = Kernels.gates(biases, 0, 2, 1, 3);
    float[] shifted = b.values().clone();
    for (int i = hidden; i < 2 * hidden; i++) {
      shifted[i] += 1;
    }
    return new Piece(
        Spec.of("recurrent").with("cell", "lstm").with("hidden", hidden),
        Map.of(
            "cell.W",
            new ForeignTensor(
                both.name(), new int[] {features, 4 * hidden}, Arrays.copyOfRange(all, 0, split)),
            "cell.U",
            new ForeignTensor(
                both.name(),
                new int[] {hidden, 4 * hidden},
                Arrays.copyOfRange(all, split, all.length)),
            "cell.b",
            new ForeignTensor(b.name(), new int[] {4 * hidden}, shifted)));
  }

  /** Whether a JSON file is a state dictionary: lists of numbers by name. */
  public static boolean isStateDictionary(JsonNode root) {
    return root.isObject()
        && !root.isEmpty()
        && root.properties().stream().allMatch(entry -> entry.getValue().isArray());
  }

  /** Imports a state dictionary of PyTorch in JSON. */
  public static Draft stateDictionary(Input file, JsonNode root, @Nullable JsonNode architecture) {
    Tensors tensors = new Tensors(file);
    root.properties()
        .forEach(entry -> tensors.add(JsonArrays.read(file, entry.getKey(), entry.getValue())));
    return TorchImport.fill(new Draft(file, "json", "PyTorch (JSON)"), tensors, architecture);
  }
}
