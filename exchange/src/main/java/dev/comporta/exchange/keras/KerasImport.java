package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.JsonTree;
import dev.comporta.exchange.files.ZipArchive;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.mapping.LayerMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Imports models of Keras 1, 2 and 3. */
public final class KerasImport {
  private final Input input;
  private final Draft draft;
  private final KerasWeights weights;
  private final LayerCalls.Setting setting;

  private KerasImport(
      Input input, Draft draft, KerasWeights weights, String version, List<LayerMapping> mappings) {
    this.input = input;
    this.draft = draft;
    this.weights = weights;
    this.setting = new LayerCalls.Setting(major(version), zeroOutputs(version), mappings);
  }

  /** TensorFlow 2 changed the outputs of bidirectional layers at masked timesteps to zero. */
  private static boolean zeroOutputs(String version) {
    return major(version) >= 3 || version.contains("tf") || version.matches("2\\.([4-9]|1\\d).*");
  }

  /** Whether an archive is a {@code .keras} file. */
  public static boolean is(ZipArchive zip) {
    return zip.names().contains("config.json") && zip.names().contains("model.weights.h5");
  }

  /** Imports a {@code .keras} file. */
  public static Draft archive(Input file, List<LayerMapping> mappings) {
    JsonNode config;
    JsonNode metadata;
    byte[] hdf5;
    try (ZipArchive zip = ZipArchive.open(file)) {
      config = JsonTree.parse(file, zip.bytes("config.json"));
      metadata = JsonTree.parse(file, zip.bytes("metadata.json"));
      hdf5 = zip.bytes("model.weights.h5");
    }
    String version = metadata.path("keras_version").asText("3");
    Draft draft = new Draft(file, "keras", "Keras " + version);
    try (Hdf5 weights = Hdf5.open(file.part("model.weights.h5", hdf5))) {
      return new KerasImport(file, draft, KerasWeights.read(file, weights), version, mappings)
          .model(config);
    }
  }

  /** Imports an HDF5 file, with its own configuration or a separate one. */
  public static Draft hdf5(
      Input file, @Nullable JsonNode architecture, List<LayerMapping> mappings) {
    try (Hdf5 hdf5 = Hdf5.open(file)) {
      String config = hdf5.text("", "model_config");
      String version = version(hdf5, architecture);
      Draft draft = new Draft(file, "keras", "Keras " + version);
      KerasWeights weights = KerasWeights.read(file, hdf5);
      JsonNode model = architecture;
      if (model == null && config != null) {
        model = JsonTree.parse(file, config);
      }
      if (model == null) {
        model = Textgenrnn.configuration(weights.lists());
        draft.note("guessed from the names of its layers: the architecture of textgenrnn");
      }
      if (model == null) {
        throw withoutConfiguration(file, weights);
      }
      return new KerasImport(file, draft, weights, version, mappings).model(model);
    }
  }

  private static String version(Hdf5 hdf5, @Nullable JsonNode architecture) {
    String version = hdf5.text("", "keras_version");
    if (version == null && hdf5.has("model_weights")) {
      version = hdf5.text("model_weights", "keras_version");
    }
    if (architecture != null && architecture.path("keras_version").isTextual()) {
      version = architecture.path("keras_version").textValue();
    }
    return version == null ? hdf5.has("layers") ? "3" : "1" : version;
  }

  private static int major(String version) {
    return version.isEmpty() ? 2 : Character.digit(version.charAt(0), 10);
  }

  /** The names of custom weights of Keras 1 and 2 have no counterpart in the built-in layers. */
  private static boolean isCustom(ForeignTensor tensor, boolean keras1) {
    String last = tensor.name().substring(tensor.name().lastIndexOf('/') + 1);
    last = last.replaceAll(":\\d+$", "");
    return !keras1 && (last.endsWith("_W") || last.endsWith("_b"));
  }

  private static RuntimeException withoutConfiguration(Input file, KerasWeights weights) {
    List<String> layers = new ArrayList<>(weights.lists().keySet());
    List<ForeignTensor> all = weights.lists().values().stream().flatMap(List::stream).toList();
    // Keras 1 calls weights NAME_W and NAME_b, later versions NAME/kernel:0.
    boolean keras1 =
        all.stream()
            .noneMatch(
                tensor -> tensor.name().matches(".*/(kernel|bias|embeddings|gamma)(:\\d+)?"));
    String custom = "";
    for (Map.Entry<String, List<ForeignTensor>> layer : weights.lists().entrySet()) {
      for (ForeignTensor tensor : layer.getValue()) {
        if (!weights.isTree() && custom.isEmpty() && isCustom(tensor, keras1)) {
          custom =
              formatted(
                  "; layer %s with the weights %s seems to be a custom layer, which needs a mapping in a plug-in",
                  Printable.quoted(layer.getKey()), Printable.quoted(tensor.name()));
        }
      }
    }
    return file.refuse(
        formatted(
            "it holds the weights of the layers %s but no configuration; give Keras' JSON of the model with --architecture%s",
            Printable.quoted(layers), custom));
  }

  private Draft model(JsonNode root) {
    Config model = Config.of(input, root, setting.major());
    new KerasGraph(input, draft, weights, setting).add(KerasModel.of(model));
    weights.requireAllTaken();
    return draft;
  }
}
