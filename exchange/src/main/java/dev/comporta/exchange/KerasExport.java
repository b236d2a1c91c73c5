package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.Activation;
import dev.comporta.cells.GruCell;
import dev.comporta.cells.LstmCell;
import dev.comporta.cells.RnnCell;
import dev.comporta.cells.layers.ActivationLayer;
import dev.comporta.cells.layers.BidirectionalLayer;
import dev.comporta.cells.layers.Conv1dLayer;
import dev.comporta.cells.layers.DenseLayer;
import dev.comporta.cells.layers.DropoutLayer;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.layers.LayerNormLayer;
import dev.comporta.cells.layers.PoolTimeLayer;
import dev.comporta.cells.layers.RecurrentLayer;
import dev.comporta.cells.layers.Returns;
import dev.comporta.cells.layers.Window;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5Writer;
import dev.comporta.exchange.keras.KerasPaths;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.serialization.NamedTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apiguardian.api.API;

/**
 * Writes models as {@code .keras} files of Keras 3: a {@code Sequential} model with its
 * configuration and weights, which {@code keras.saving.load_model} opens. Batch and time are left
 * open. Keras reads every timestep, as the model does for rows of full length; padding is not
 * masked there.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class KerasExport {
  /** The release of Keras whose files were the pattern. */
  private static final String VERSION = "3.12.0";

  /** Ours are r z n, Keras' are z r h; the exchange undoes itself. */
  private static final int[] Z_R_H = {1, 0, 2};

  private final SequenceModel model;
  private final List<Written> written = new ArrayList<>();

  /** A layer of Keras: its class, its options, and its arrays by the path inside it. */
  private record Written(String type, ObjectNode config, Map<String, List<NamedTensor>> arrays) {
    Written(String type) {
      this(type, JsonNodeFactory.instance.objectNode(), new LinkedHashMap<>());
    }

    Written with(String inside, NamedTensor... tensors) {
      arrays.put(inside, List.of(tensors));
      return this;
    }
  }

  private KerasExport(SequenceModel model) {
    this.model = model;
  }

  /**
   * Writes a model.
   *
   * @param model the model
   * @param path the file, whose name should end with {@code .keras}: Keras opens no other
   * @return the class of Keras that each layer became
   * @throws ExchangeException if a layer has no counterpart, or the model has no weights; nothing
   *     is written
   */
  public static List<String> write(SequenceModel model, Path path) {
    KerasExport export = new KerasExport(model);
    export.collect();
    List<String> types = export.written.stream().map(Written::type).toList();
    List<String> names = new ArrayList<>();
    for (int n = 0; n < types.size(); n++) {
      names.add(formatted("layer_%d", n));
    }
    List<String> paths = List.copyOf(KerasPaths.paths(names, types).values());
    byte[] config = bytes(export.configuration(paths));
    byte[] metadata = bytes(JsonNodeFactory.instance.objectNode().put("keras_version", VERSION));
    Map<String, List<NamedTensor>> arrays = new LinkedHashMap<>();
    for (int n = 0; n < paths.size(); n++) {
      String group = "layers/" + paths.get(n) + "/";
      export
          .written
          .get(n)
          .arrays()
          .forEach((inside, list) -> arrays.put(group + inside + "vars", list));
    }
    if (arrays.isEmpty()) {
      throw new ExchangeException("cannot export a model without weights");
    }
    AtomicFile.write(
        path,
        to -> {
          ZipOutputStream zip = new ZipOutputStream(to);
          zip.setLevel(0); // weights do not get smaller
          entry(zip, "metadata.json");
          zip.write(metadata);
          entry(zip, "config.json");
          zip.write(config);
          entry(zip, "model.weights.h5");
          Hdf5Writer.write(arrays, zip);
          zip.finish();
        });
    return types;
  }

  private static void entry(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0); // the same model gives the same bytes
    zip.putNextEntry(entry);
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JsonMapper.builder().build().writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("[exchange] a configuration could not be written", e);
    }
  }

  private static ObjectNode object(String module, String type, ObjectNode config) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("module", module).put("class_name", type).set("config", config);
    node.putNull("registered_name");
    return node;
  }

  private ObjectNode configuration(List<String> names) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    boolean ids = model.inputSize() == 0;
    ArrayNode shape = json.arrayNode().addNull().addNull();
    if (!ids) {
      shape.add(model.inputSize());
    }
    ObjectNode input = json.objectNode();
    input.set("batch_shape", shape);
    input.put("dtype", ids ? "int32" : "float32").put("name", "input_layer");
    ArrayNode layers = json.arrayNode().add(object("keras.layers", "InputLayer", input));
    for (int n = 0; n < written.size(); n++) {
      ObjectNode config = json.objectNode().put("name", names.get(n)).put("dtype", "float32");
      config.setAll(written.get(n).config());
      layers.add(object("keras.layers", written.get(n).type(), config));
    }
    ObjectNode sequential = json.objectNode().put("name", "sequential");
    sequential.set("layers", layers);
    sequential.set("build_input_shape", shape);
    ObjectNode root = object("keras", "Sequential", sequential);
    root.set("build_config", json.objectNode().set("input_shape", shape));
    return root;
  }

  private void collect() {
    if (!model.encoder().isEmpty()) {
      throw new ExchangeException(
          "cannot export an encoder, which a Sequential model of Keras does not have");
    }
    for (int n = 0; n < model.layers().size(); n++) {
      written.add(layer(n, model.layers().get(n)));
    }
  }

  private static ExchangeException refuse(int n, String why) {
    return new ExchangeException(formatted("cannot export layer %d, %s", n, why));
  }

  private Written layer(int n, Layer layer) {
    String own = formatted("layers.%d.", n);
    return switch (layer) {
      case RecurrentLayer recurrent -> recurrent(n, recurrent);
      case BidirectionalLayer both -> bidirectional(n, both);
      case EmbeddingLayer embedding -> {
        Written to = new Written("Embedding").with("", tensor(own + EmbeddingLayer.TABLE));
        to.config()
            .put("input_dim", embedding.vocabulary())
            .put("output_dim", embedding.size())
            .put("mask_zero", false);
        yield to;
      }
      case DenseLayer dense -> {
        if (dense.tied()) {
          throw refuse(n, "which shares the table of an embedding");
        }
        Written to = new Written("Dense").with("", weights(own, dense.bias()));
        to.config()
            .put("units", dense.outputSize())
            .put("activation", word(n, dense.activation()))
            .put("use_bias", dense.bias());
        yield to;
      }
      case Conv1dLayer convolution -> convolution(n, convolution);
      case LayerNormLayer norm -> {
        Written to =
            new Written("LayerNormalization").with("", tensor(own + "gamma"), tensor(own + "beta"));
        to.config().put("axis", -1).put("epsilon", norm.epsilon());
        yield to;
      }
      case ActivationLayer activation -> {
        Written to = new Written("Activation");
        to.config().put("activation", word(n, activation.function()));
        yield to;
      }
      case DropoutLayer dropout -> {
        Written to = new Written(dropout.sharedOverTime() ? "SpatialDropout1D" : "Dropout");
        to.config().put("rate", dropout.rate());
        yield to;
      }
      case PoolTimeLayer pool ->
          switch (pool.mode()) {
            case MAX -> new Written("GlobalMaxPooling1D");
            case MEAN -> new Written("GlobalAveragePooling1D");
            case LAST ->
                throw refuse(
                    n, "which takes the last timestep; let the layer before it return that");
          };
      default ->
          throw refuse(
              n,
              formatted("whose %s has no counterpart in Keras", layer.getClass().getSimpleName()));
    };
  }

  private Written recurrent(int n, RecurrentLayer layer) {
    if (layer.reverse() && layer.returns() == Returns.SEQUENCE) {
      throw refuse(n, "which runs in reverse; Keras returns such outputs in reverse order");
    }
    Written to = cell(n, layer.cell(), layer.returns());
    if (layer.reverse()) {
      to.config().put("go_backwards", true);
    }
    return to.with("cell/", cellArrays(formatted("layers.%d.cell.", n), layer.cell()));
  }

  private Written bidirectional(int n, BidirectionalLayer layer) {
    Written inner = cell(n, layer.forward(), layer.returns());
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("name", formatted("both_%d", n));
    config.setAll(inner.config());
    Written to =
        new Written("Bidirectional")
            .with(
                "forward_layer/cell/",
                cellArrays(formatted("layers.%d.forward.", n), layer.forward()))
            .with(
                "backward_layer/cell/",
                cellArrays(formatted("layers.%d.backward.", n), layer.backward()));
    to.config()
        .put(
            "merge_mode",
            switch (layer.merge()) {
              case CONCATENATE -> "concat";
              case SUM -> "sum";
              case MEAN -> "ave";
            })
        .set("layer", object("keras.layers", inner.type(), config));
    return to;
  }

  /** The class and the options of a recurrent layer with a cell, without its arrays. */
  private static Written cell(int n, Cell cell, Returns returns) {
    if (returns == Returns.STATE) {
      throw refuse(n, "which returns its state");
    }
    Written to =
        switch (cell) {
          case LstmCell lstm -> {
            Written made = new Written("LSTM");
            made.config().put("units", lstm.hiddenSize());
            yield made;
          }
          case GruCell gru -> {
            Written made = new Written("GRU");
            made.config().put("units", gru.hiddenSize()).put("reset_after", gru.resetAfter());
            yield made;
          }
          case RnnCell rnn -> {
            Written made = new Written("SimpleRNN");
            made.config()
                .put("units", rnn.hiddenSize())
                .put("activation", word(n, rnn.activation()));
            yield made;
          }
          default ->
              throw refuse(
                  n, formatted("whose cell %s Keras lacks", cell.getClass().getSimpleName()));
        };
    to.config().put("return_sequences", returns == Returns.SEQUENCE);
    return to;
  }

  /** Kernel, recurrent kernel and bias; the two biases of a GRU are the rows of one array. */
  private NamedTensor[] cellArrays(String own, Cell cell) {
    if (!(cell instanceof GruCell gru)) {
      return new NamedTensor[] {tensor(own + "W"), tensor(own + "U"), tensor(own + "b")};
    }
    NamedTensor b = gates(own + "b");
    if (gru.resetAfter()) {
      int columns = b.values().length;
      float[] both = new float[2 * columns];
      System.arraycopy(b.values(), 0, both, 0, columns);
      System.arraycopy(gates(own + "bU").values(), 0, both, columns, columns);
      b = new NamedTensor("b", Shape.of(2, columns), both);
    }
    return new NamedTensor[] {gates(own + "W"), gates(own + "U"), b};
  }

  private Written convolution(int n, Conv1dLayer layer) {
    Window window = layer.window();
    int reach = (window.width() - 1) * window.dilation();
    String padding;
    if (window.before() == 0 && window.after() == 0) {
      padding = "valid";
    } else if (window.before() == reach && window.after() == 0) {
      padding = "causal";
    } else if (window.before() == reach / 2
        && window.after() == reach - reach / 2
        && window.stride() == 1) {
      padding = "same";
    } else {
      throw refuse(n, "a convolution whose padding Keras lacks");
    }
    String own = formatted("layers.%d.", n);
    NamedTensor[] arrays = weights(own, layer.bias());
    arrays[0] =
        new NamedTensor(
            "kernel",
            Shape.of(window.width(), layer.inputSize(), layer.filters()),
            arrays[0].values());
    Written to = new Written("Conv1D").with("", arrays);
    JsonNodeFactory json = JsonNodeFactory.instance;
    to.config()
        .put("filters", layer.filters())
        .put("padding", padding)
        .put("activation", word(n, layer.activation()))
        .put("use_bias", layer.bias());
    to.config().set("kernel_size", json.arrayNode().add(window.width()));
    to.config().set("strides", json.arrayNode().add(window.stride()));
    to.config().set("dilation_rate", json.arrayNode().add(window.dilation()));
    return to;
  }

  private NamedTensor[] weights(String own, boolean bias) {
    return bias
        ? new NamedTensor[] {tensor(own + "W"), tensor(own + "b")}
        : new NamedTensor[] {tensor(own + "W")};
  }

  private NamedTensor tensor(String own) {
    return new NamedTensor(own, model.parameters().get(own).shape(), model.parameters().copy(own));
  }

  private NamedTensor gates(String own) {
    NamedTensor ours = tensor(own);
    ForeignTensor theirs =
        Kernels.gates(new ForeignTensor(own, ours.shape().sizes(), ours.values()), Z_R_H);
    return new NamedTensor(own, ours.shape(), theirs.values());
  }

  private static String word(int n, Activation function) {
    return switch (function) {
      case IDENTITY -> "linear";
      case TANH, RELU, SIGMOID, SOFTPLUS, SOFTMAX, LOG_SOFTMAX ->
          function.name().toLowerCase(Locale.ROOT);
      case HARD_THRESHOLD -> throw refuse(n, "whose activation hard-threshold Keras lacks");
    };
  }
}
