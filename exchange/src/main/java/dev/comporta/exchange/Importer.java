package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.arrays.ArrayImport;
import dev.comporta.exchange.arrays.LayerJson;
import dev.comporta.exchange.dl4j.Dl4jImport;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.JsonTree;
import dev.comporta.exchange.files.Tensors;
import dev.comporta.exchange.files.TorchArchive;
import dev.comporta.exchange.files.ZipArchive;
import dev.comporta.exchange.keras.KerasImport;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.InputPart;
import dev.comporta.exchange.mapping.LayerMapping;
import dev.comporta.exchange.onnx.OnnxImport;
import dev.comporta.exchange.torch.TorchImport;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFormat;
import dev.comporta.serialization.Provenance;
import dev.comporta.serialization.safetensors.SafetensorsFile;
import dev.comporta.serialization.safetensors.StoredTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Turns models of Keras, PyTorch, Deeplearning4j, NumPy, TensorFlow and ONNX into Comporta models.
 * The format is recognised by the content of the file. What cannot be represented exactly is
 * refused with a sentence that names it.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Importer {
  /** The name of the hyperparameters in the provenance of an imported model. */
  public static final String TASK = ModelFormat.IMPORTED;

  private static final int FIRST_BYTES = 64;

  private final Catalog catalog;
  private final String frameworkVersion;

  /**
   * Creates an importer.
   *
   * @param catalog where layers and cells are found
   * @param frameworkVersion the version of Comporta, for the provenance
   */
  public Importer(Catalog catalog, String frameworkVersion) {
    this.catalog = catalog;
    this.frameworkVersion = frameworkVersion;
  }

  /**
   * Imports a model.
   *
   * @param files the model; several are the parts of one sharded safetensors model
   * @param architecture a JSON file with the layers, for files that do not describe them; or null
   * @return the model
   * @throws dev.comporta.api.ComportaException if it cannot be read or represented exactly
   */
  public Imported read(List<Path> files, @Nullable Path architecture) {
    return load(files, architecture).imported();
  }

  /**
   * An imported model with what it reads.
   *
   * @param imported the model
   * @param inputs the inputs that it had in its own tool, if it describes them
   */
  record Loaded(Imported imported, List<InputPart> inputs) {}

  Loaded load(List<Path> files, @Nullable Path architecture) {
    if (files.isEmpty()) {
      throw new ExchangeException("expected a file to import but got none");
    }
    return load(Input.read(files.getFirst()), files, architecture);
  }

  /** Imports a model whose first file was read already. */
  Loaded load(Input input, List<Path> files, @Nullable Path architecture) {
    JsonNode layers = architecture == null ? null : JsonTree.parse(Input.read(architecture));
    OnnxImport onnx = OnnxModel.isModel(input.bytes()) ? onnx(input, files, layers) : null;
    Draft draft;
    try {
      draft =
          onnx != null
              ? onnx.draft()
              : files.size() > 1 || isSafetensors(input)
                  ? safetensors(input, files, layers)
                  : draft(input, layers, mappings());
    } catch (ArithmeticException e) {
      throw input.refuse("the product of some of its sizes is too large", e);
    }
    SequenceModel model = draft.build(catalog);
    if (onnx != null) {
      onnx.verify(model);
    }
    Spec origin =
        Spec.of(TASK)
            .with("format", draft.format())
            .with("producer", draft.producer())
            .with("licence", licence(files.getFirst()));
    if (draft.timesteps() > 0) {
      origin = origin.with("timesteps", draft.timesteps());
    }
    if (!draft.notes().isEmpty()) {
      origin = origin.with("notes", draft.notes().stream().map(Printable::line).toList());
    }
    Provenance provenance =
        Provenance.of(frameworkVersion, 0, Printable.line(input.name()), input.sha256(), origin);
    return new Loaded(
        new Imported(
            ModelFile.of(model.spec(), model.parameters(), provenance),
            model,
            draft.format(),
            draft.producer(),
            draft.timesteps(),
            draft.notes()),
        List.copyOf(draft.inputs()));
  }

  private OnnxImport onnx(Input input, List<Path> files, @Nullable JsonNode architecture) {
    if (files.size() > 1) {
      throw input.refuse(
          formatted(
              "it is an ONNX model, which is one file, but %d files are given; import it alone",
              files.size()));
    }
    requireNone(input, architecture);
    return OnnxImport.read(input, catalog);
  }

  /** Refuses an architecture for a file that describes its layers itself. */
  private static void requireNone(Input input, @Nullable JsonNode architecture) {
    if (architecture != null) {
      throw input.refuse("it describes its layers itself; import it without --architecture");
    }
  }

  /** What plug-ins map: those of the catalog, or the installed ones if it has no such kind. */
  private List<LayerMapping> mappings() {
    return catalog.kinds().contains(LayerMapping.KIND)
        ? catalog.all(LayerMapping.KIND)
        : Catalog.load(LayerMapping.KIND).all(LayerMapping.KIND);
  }

  private static Draft draft(
      Input input, @Nullable JsonNode architecture, List<LayerMapping> mappings) {
    if (Hdf5.is(input)) {
      return KerasImport.hdf5(input, architecture, mappings);
    }
    if (TorchArchive.isLegacy(input)) {
      return TorchImport.archive(input, architecture);
    }
    if (ZipArchive.is(input)) {
      try (ZipArchive zip = ZipArchive.open(input)) {
        if (KerasImport.is(zip)) {
          requireNone(input, architecture);
          return KerasImport.archive(input, mappings);
        }
        if (Dl4jImport.is(zip)) {
          requireNone(input, architecture);
          return Dl4jImport.read(input);
        }
        if (TorchArchive.is(zip)) {
          return TorchImport.archive(input, architecture);
        }
        if (zip.ending(".npy") != null) {
          return ArrayImport.npz(input, architecture);
        }
      }
      throw input.refuse("it is a ZIP archive but not one of a supported tool");
    }
    if (startsLikeJson(input)) {
      JsonNode root = JsonTree.parse(input);
      if (ShardIndex.is(root)) {
        return safetensors(input, ShardIndex.files(input, root), architecture);
      }
      if (LayerJson.is(root)) {
        requireNone(input, architecture);
        return LayerJson.read(input, root);
      }
      if (ArrayImport.isManifest(root)) {
        requireNone(input, architecture);
        return ArrayImport.manifest(input, root);
      }
      if (ArrayImport.isStateDictionary(root)) {
        return ArrayImport.stateDictionary(input, root, architecture);
      }
      throw input.refuse("its JSON is not in a supported form");
    }
    throw input.refuse(
        "its format is not supported; supported are HDF5, .keras, PyTorch, safetensors, Deeplearning4j, .npz, ONNX and JSON");
  }

  /** Whether a file begins like one of the formats that {@link #read} reads. */
  static boolean recognises(Path file) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(FIRST_BYTES);
    } catch (IOException e) {
      return false; // whoever reads it next says what is wrong
    }
    Input input = new Input(file, start);
    return Hdf5.is(input)
        || TorchArchive.isLegacy(input)
        || ZipArchive.is(input)
        || startsLikeJson(input)
        || isSafetensors(input)
        || OnnxModel.isModel(start);
  }

  private static boolean startsLikeJson(Input input) {
    for (byte c : input.bytes()) {
      if (c == '{') {
        return true;
      }
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return false;
      }
    }
    return false;
  }

  /** An eight-byte length, then the brace of the header. */
  private static boolean isSafetensors(Input input) {
    return input.bytes().length > 9
        && input.beginsAt(8, '{')
        && input.beginsAt(6, 0, 0)
        && !startsLikeJson(input);
  }

  static Draft safetensors(Input input, List<Path> files, @Nullable JsonNode architecture) {
    Tensors tensors = new Tensors(input);
    for (Path path : files) {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (StoredTensor tensor : file.tensors().values()) {
        tensors.add(
            new ForeignTensor(tensor.name(), tensor.shape().sizes(), file.floats(tensor.name())));
      }
    }
    return TorchImport.fill(
        new Draft(input, "safetensors", "PyTorch (safetensors)"), tensors, architecture);
  }

  /** The first line of the licence in the folder of the file, or in the folder above. */
  private static String licence(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    for (int level = 0; level < 2 && folder != null; level++) {
      try (Stream<Path> files = Files.list(folder)) {
        Path licence =
            files
                .filter(path ->
                    String.valueOf(path.getFileName()).toUpperCase(Locale.ROOT).startsWith("LICEN"))
                .filter(Files::isRegularFile)
                .sorted()
                .findFirst()
                .orElse(null);
        if (licence != null && Files.size(licence) < 1 << 20) {
          String text = Files.readString(licence, StandardCharsets.ISO_8859_1);
          String first =
              text.lines()
                  .map(String::strip)
                  .filter(line -> !line.isEmpty())
                  .findFirst()
                  .orElse("");
          return formatted("%s: %s", licence.getFileName(), Printable.line(Printable.quote(first)));
        }
      } catch (IOException e) {
        return "not stated: the folder cannot be listed";
      }
      folder = folder.getParent();
    }
    return "not stated";
  }
}
