package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.onnx.schema.ValueFiles;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Runs tests in ONNX's layout: a folder with {@code model.onnx} and folders {@code test_data_set_N}
 * that hold {@code input_M.pb} and {@code output_M.pb}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxCheck {
  private static final int DEEPEST = 12;
  private static final int MOST_FOLDERS = 100_000;

  private final TensorBackend backend;
  private final double rtol;
  private final double atol;

  /**
   * Creates a check with ONNX's own tolerances.
   *
   * @param backend the primitives to compute with
   */
  public OnnxCheck(TensorBackend backend) {
    this(backend, Difference.RTOL, Difference.ATOL);
  }

  /**
   * Creates a check.
   *
   * @param backend the primitives to compute with
   * @param rtol the relative tolerance
   * @param atol the absolute tolerance
   */
  public OnnxCheck(TensorBackend backend, double rtol, double atol) {
    this.backend = backend;
    this.rtol = rtol;
    this.atol = atol;
  }

  /**
   * The result of one test.
   *
   * @param folder the folder of the model
   * @param difference the largest over all outputs of all data sets
   * @param dataSets how many were compared
   */
  public record Result(Path folder, Difference difference, int dataSets) {
    /**
     * Whether all outputs agree.
     *
     * @return false also if there was nothing to compare
     */
    public boolean passed() {
      return difference.passed() && dataSets > 0;
    }
  }

  /**
   * Runs all tests in or below a folder.
   *
   * @param root a folder
   * @return the results, sorted by path
   * @throws OnnxException if the folder does not exist or has no tests
   */
  public List<Result> run(Path root) {
    if (!Files.isDirectory(root)) {
      throw new OnnxException(formatted("there is no folder %s; check the name", root));
    }
    List<Path> folders;
    try (Stream<Path> walk = Files.walk(root, DEEPEST)) {
      folders =
          walk.filter(path -> path.endsWith("model.onnx") && Files.isRegularFile(path))
              .map(Path::getParent)
              .filter(OnnxCheck::hasData)
              .sorted()
              .limit(MOST_FOLDERS)
              .toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new OnnxException(
          formatted("cannot list %s: %s", root, Printable.quote(e.getMessage())), e);
    }
    if (folders.isEmpty()) {
      throw new OnnxException(
          formatted(
              "expected tests in %s, folders with model.onnx and test_data_set_0, but found none",
              root));
    }
    return folders.stream().map(this::test).toList();
  }

  private static boolean hasData(Path folder) {
    return Files.isDirectory(folder.resolve("test_data_set_0"));
  }

  private Result test(Path folder) {
    int sets = 0;
    double largest = 0;
    double worst = 0;
    try {
      OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"), backend, Workers.ALONE);
      Path data = folder.resolve("test_data_set_0");
      for (; Files.isDirectory(data); data = folder.resolve("test_data_set_" + sets)) {
        for (Difference difference : compare(model, data)) {
          largest = Math.max(largest, difference.largest());
          worst = Math.max(worst, difference.worst());
          if (!difference.remark().isEmpty()) {
            return new Result(folder, difference, sets + 1);
          }
        }
        sets++;
      }
    } catch (ComportaException e) {
      String why = Printable.sentence(String.valueOf(e.getMessage()));
      return new Result(folder, new Difference(Double.NaN, Double.POSITIVE_INFINITY, why), sets);
    }
    return new Result(folder, new Difference(largest, worst, ""), sets);
  }

  /** The port of a file: the one that its value is named after, or the one of its number. */
  private static int port(OnnxModel model, boolean input, ValueFiles file, int number) {
    List<OnnxPort> ports = input ? model.inputs() : model.outputs();
    String name = file.name(model.type(input, number));
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).name().equals(name)) {
        return i;
      }
    }
    return number;
  }

  private List<Difference> compare(OnnxModel model, Path data) {
    Map<String, OnnxValue> inputs = new LinkedHashMap<>();
    for (int i = 0; i < model.inputs().size(); i++) {
      Path file = data.resolve("input_" + i + ".pb");
      if (Files.exists(file)) {
        ValueFiles value = ValueFiles.read(file);
        int port = port(model, true, value, i);
        inputs.put(model.inputs().get(port).name(), value.value(model.type(true, port)));
      }
    }
    Map<String, OnnxValue> outputs = model.run(inputs);
    List<Difference> differences = new ArrayList<>();
    for (int i = 0; i < model.outputs().size(); i++) {
      Path file = data.resolve("output_" + i + ".pb");
      if (!Files.exists(file)) {
        continue;
      }
      ValueFiles value = ValueFiles.read(file);
      int port = port(model, false, value, i);
      OnnxValue found = outputs.get(model.outputs().get(port).name());
      OnnxValue expected = value.value(model.type(false, port));
      differences.add(
          found == null
              ? new Difference(Double.NaN, Double.POSITIVE_INFINITY, "an output is missing")
              : Difference.between(found, expected, rtol, atol));
    }
    if (differences.isEmpty()) {
      throw new OnnxException(formatted("%s has no output to compare with", data));
    }
    return differences;
  }
}
