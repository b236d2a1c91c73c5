package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.arrays.ArrayImport;
import dev.comporta.exchange.arrays.LayerJson;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.JsonTree;
import dev.comporta.exchange.files.TorchArchive;
import dev.comporta.exchange.files.ZipArchive;
import dev.comporta.onnx.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Imports every model in a folder, runs it on the inputs stored next to it, and compares the result
 * with the outputs stored next to it, which the model's own tool computed.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ExchangeCheck {
  /** The largest difference that passes the check. */
  public static final double BOUND = 1e-5;

  private static final int DEEPEST = 12;
  private static final int MOST_FILES = 10_000;
  private static final int TIMESTEPS_WITHOUT_DATA = 5;

  private final Importer importer;
  private final TensorBackend backend;

  /**
   * Creates a check.
   *
   * @param catalog where layers, cells and the backend are found
   * @param frameworkVersion the version of Comporta
   */
  public ExchangeCheck(Catalog catalog, String frameworkVersion) {
    this.importer = new Importer(catalog, frameworkVersion);
    this.backend = catalog.preferredBackend(reason -> {});
  }

  /**
   * What was found in a folder.
   *
   * @param verdicts one for each model, sorted by path
   * @param onnx how many ONNX files were skipped
   */
  public record Report(List<Verdict> verdicts, int onnx) {
    /**
     * Whether no model is above the bound.
     *
     * @return true also if models were rejected
     */
    public boolean passed() {
      return verdicts.stream().allMatch(Verdict::passed);
    }
  }

  /**
   * Checks a folder.
   *
   * @param folder a folder with models, and their inputs and outputs next to them
   * @return the verdicts
   * @throws ExchangeException if there is no such folder
   */
  public Report run(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ExchangeException(formatted("there is no folder %s; check the name", folder));
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder, DEEPEST)) {
      files = walk.filter(Files::isRegularFile).limit(MOST_FILES).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ExchangeException(
          formatted("folder %s cannot be listed: %s", folder, e.getMessage()), e);
    }
    List<Verdict> verdicts = new ArrayList<>();
    int onnx = 0;
    for (Path file : files) {
      String shown = folder.relativize(file).toString();
      try {
        Input input = isAnswers(file) ? null : Input.read(file);
        if (input != null && OnnxModel.isModel(input.bytes())) {
          onnx++;
        } else if (input != null && isModel(input)) {
          verdicts.add(verdict(input, shown));
        }
      } catch (ComportaException e) {
        verdicts.add(rejected(shown, e));
      }
    }
    return new Report(verdicts, onnx);
  }

  private static Verdict rejected(String file, ComportaException e) {
    return new Verdict(file, "", -1, true, Printable.sentence(String.valueOf(e.getMessage())));
  }

  /** Whether a file holds data stored next to a model, or is a part of one. */
  private static boolean isAnswers(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith("_inputs_and_outputs.h5")
        || name.endsWith(".io.npz")
        || name.equals("io.npz")
        || name.endsWith("_config.json")
        || (name.endsWith(".safetensors") && ShardIndex.isPart(file));
  }

  /** Whether a file is a model that the importer reads. */
  private static boolean isModel(Input input) {
    String name = input.name();
    if (name.endsWith(".safetensors")) {
      return true;
    }
    if (Hdf5.is(input) || TorchArchive.isLegacy(input)) {
      return true;
    }
    if (ZipArchive.is(input)) {
      try (ZipArchive zip = ZipArchive.open(input)) {
        return TorchArchive.is(zip)
            || zip.names().contains("model.weights.h5")
            || zip.names().contains("coefficients.bin")
            || zip.ending(".npy") != null;
      }
    }
    if (name.endsWith(".json")) {
      JsonNode root = JsonTree.parse(input);
      return ShardIndex.is(root)
          || LayerJson.is(root)
          || ArrayImport.isManifest(root)
          || (ArrayImport.isStateDictionary(root)
              && root.properties().iterator().next().getValue().path(0).path(0).isNumber());
    }
    return false;
  }

  private static @Nullable Path architecture(Path file) {
    String name = String.valueOf(file.getFileName());
    for (String end : List.of(".architecture.json", "_config.json")) {
      String stem =
          end.equals("_config.json")
              ? name.endsWith("_weights.h5") ? name.substring(0, name.length() - 11) : ""
              : name;
      Path beside = file.resolveSibling(stem + end);
      if (!stem.isEmpty() && Files.isRegularFile(beside)) {
        return beside;
      }
    }
    return null;
  }

  private Verdict verdict(Input input, String shown) {
    Path file = input.path();
    Importer.Loaded loaded = importer.load(input, List.of(file), architecture(file));
    Imported imported = loaded.imported();
    String became = words(imported.model().spec());
    ModelRunner runner = new ModelRunner(imported.model(), backend, Workers.ALONE, Execution.PLAN);
    Path answers = file.resolveSibling("expected_by_their_numpy.json");
    if (imported.format().equals("npz") && Files.isRegularFile(answers)) {
      return Answers.check(shown, became, runner, answers);
    }
    Companion companion = Companion.of(file);
    if (companion == null) {
      return withoutData(shown, became, imported, runner);
    }
    Batch batch =
        loaded.inputs().size() > 1
            ? SideBySide.batch(loaded.inputs(), companion.inputs())
            : batch(imported, companion.inputs().getFirst());
    float[] y = runner.predict(batch, runner.newCarry(batch.batch()));
    double difference = difference(companion.y(), y, batch.batch(), imported.model().outputSize());
    boolean passed = difference <= BOUND;
    return new Verdict(
        shown,
        became,
        difference,
        passed,
        formatted("%d outputs of %s", companion.y().values().length, companion.name()));
  }

  private static Batch batch(Imported imported, ForeignTensor x) {
    int features = imported.model().inputSize();
    int rank = features == 0 ? 2 : 3;
    ForeignTensor in = x;
    if (features > 0 && x.rank() == 2 && x.size(1) == features) {
      in = x.reshaped(x.size(0), 1, features);
    }
    if (in.rank() != rank || (features > 0 && in.size(2) != features)) {
      throw new ExchangeException(
          formatted(
              "expected inputs [batch, timesteps%s] next to the model but got %s",
              features == 0 ? "" : ", " + features, Printable.quoted(x)));
    }
    int rows = in.size(0);
    int timesteps = in.size(1);
    if (features == 0) {
      int[] ids = new int[rows * timesteps];
      for (int b = 0; b < rows; b++) {
        for (int t = 0; t < timesteps; t++) {
          ids[t * rows + b] = (int) in.values()[b * timesteps + t];
        }
      }
      return Batch.ofIds(new Ids(timesteps, rows, ids), null);
    }
    float[] values = new float[in.values().length];
    for (int b = 0; b < rows; b++) {
      for (int t = 0; t < timesteps; t++) {
        System.arraycopy(
            in.values(),
            (b * timesteps + t) * features,
            values,
            (t * rows + b) * features,
            features);
      }
    }
    return Batch.ofValues(timesteps, rows, features, values, null);
  }

  /** The largest difference, absolute where outputs are small and relative where they are large. */
  private static double difference(ForeignTensor expected, float[] y, int rows, int size) {
    if (expected.values().length != y.length) {
      throw new ExchangeException(
          formatted(
              "expected %d outputs, as many as are stored next to the model, but it computes %d",
              expected.values().length, y.length));
    }
    return ExportCheck.difference(expected.values(), ExportCheck.batchFirst(y, rows, size));
  }

  /** Runs a model on made-up inputs, to show that it runs. */
  private static Verdict withoutData(
      String shown, String became, Imported imported, ModelRunner runner) {
    int timesteps = imported.timesteps() > 0 ? imported.timesteps() : TIMESTEPS_WITHOUT_DATA;
    int features = imported.model().inputSize();
    Batch batch;
    if (features == 0) {
      int vocabulary =
          imported.model().layers().getFirst() instanceof EmbeddingLayer embedding
              ? embedding.vocabulary()
              : 1;
      int[] ids = new int[timesteps];
      for (int t = 0; t < timesteps; t++) {
        ids[t] = t % vocabulary;
      }
      batch = Batch.ofIds(new Ids(timesteps, 1, ids), null);
    } else {
      float[] values = new float[timesteps * features];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.sin(i);
      }
      batch = Batch.ofValues(timesteps, 1, features, values, null);
    }
    float[] y =
        imported.model().encoder().isEmpty()
            ? runner.predict(batch, runner.newCarry(1))
            : runner.predict(batch.source(source(imported, batch)), runner.newCarry(1));
    for (float value : y) {
      if (!Float.isFinite(value)) {
        throw new ExchangeException(formatted("it runs but computes %s", value));
      }
    }
    return new Verdict(
        shown,
        became,
        -1,
        true,
        formatted("runs; there are no outputs next to it%s", remark(imported.notes())));
  }

  /** A source for an encoder that reads what the decoder reads, or features of another number. */
  private static Batch source(Imported imported, Batch same) {
    int features = SequenceModel.sourceInputSize(imported.model().spec());
    if (features == imported.model().inputSize()) {
      return same;
    }
    if (features == 0) {
      return Batch.ofIds(new Ids(TIMESTEPS_WITHOUT_DATA, 1, new int[TIMESTEPS_WITHOUT_DATA]), null);
    }
    float[] values = new float[TIMESTEPS_WITHOUT_DATA * features];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return Batch.ofValues(TIMESTEPS_WITHOUT_DATA, 1, features, values, null);
  }

  private static String remark(List<String> notes) {
    return notes.isEmpty() ? "" : "; " + notes.getFirst();
  }

  /** A specification in a few words, such as {@code recurrent(lstm 64) > dense 1}. */
  static String words(Spec model) {
    List<String> words = new ArrayList<>();
    if (model.options().get("encoder") instanceof List<?> encoder) {
      encoder.forEach(layer -> words.add(layer instanceof Spec spec ? word(spec) : ""));
      words.add("|");
    }
    if (model.options().get("layers") instanceof List<?> layers) {
      layers.forEach(layer -> words.add(layer instanceof Spec spec ? word(spec) : ""));
    }
    return String.join(" > ", words).replace("> | >", "|");
  }

  private static String word(Spec layer) {
    Object hidden = layer.options().get("hidden");
    Object cell = layer.options().get("cell");
    String cellName =
        cell instanceof Spec spec ? spec.name() : cell instanceof String text ? text : "";
    return switch (layer.name()) {
      case "recurrent" ->
          cellName + " " + hidden + ("last".equals(layer.options().get("returns")) ? " last" : "");
      case "bidirectional" -> "bidirectional " + cellName + " " + hidden;
      case "copy-decoder" -> "decoder " + cellName + " " + hidden;
      case "dense" -> {
        Object activation = layer.options().get("activation");
        yield "dense "
            + layer.options().get("units")
            + (activation == null ? "" : " " + activation);
      }
      case "embedding" ->
          "embedding " + layer.options().get("vocabulary") + " x " + layer.options().get("size");
      case "recurrent-from" -> cellName + " " + hidden;
      case "activation", "function" -> String.valueOf(layer.options().get("function"));
      case "graph" ->
          "graph of "
              + (layer.options().get("nodes") instanceof List<?> nodes ? nodes.size() : 0)
              + " nodes";
      default -> layer.name();
    };
  }
}
