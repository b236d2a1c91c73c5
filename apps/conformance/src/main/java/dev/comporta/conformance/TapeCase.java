package dev.comporta.conformance;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.LayerRunner;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A case on a tape: everything that goes in is a variable in the file's own layout, and other
 * layouts are made of it by differentiable operations, so that gradients come back in the file's.
 */
final class TapeCase {
  private final ReferenceCase file;
  private final Catalog catalog;
  private final Execution execution;
  private final String where;
  private final Tape tape;
  private final Map<String, TapeTensor> inputs = new LinkedHashMap<>();
  private final Map<String, TapeTensor> outputs = new LinkedHashMap<>();

  TapeCase(
      ReferenceCase file,
      Catalog catalog,
      TensorBackend backend,
      Execution execution,
      String where) {
    this.file = file;
    this.catalog = catalog;
    this.execution = execution;
    this.where = where;
    this.tape = new Tape(backend, Workers.ALONE);
  }

  ReferenceCase file() {
    return file;
  }

  Catalog catalog() {
    return catalog;
  }

  Tape tape() {
    return tape;
  }

  LayerRunner runner() {
    return new LayerRunner(tape, execution);
  }

  boolean has(String name) {
    return file.has(name);
  }

  /** A tensor of the file into which a gradient flows. */
  TapeTensor in(String name) {
    file.requireGradient(name);
    return inputs.computeIfAbsent(name, key -> tape.variable(file.shape(key), file.floats(key)));
  }

  /** The same, of a shape that the settings ask for. */
  TapeTensor in(String name, Shape expected) {
    file.require(name, expected);
    return in(name);
  }

  /** A tensor of the file that stays as it is. */
  TapeTensor constant(String name) {
    return tape.constant(file.shape(name), file.floats(name), 0);
  }

  TapeTensor filled(Shape shape, float value) {
    return tape.filled(shape, value);
  }

  /** Names a result, in the file's layout. */
  void out(String name, Tensor result) {
    file.require(name, result.shape());
    if (file.has("cot." + name)) {
      file.require("cot." + name, result.shape());
    }
    outputs.put(name, (TapeTensor) result);
  }

  /** Compares all outputs, and walks back from their cotangents to compare all gradients. */
  List<Comparison> compare() {
    List<Comparison> comparisons = new ArrayList<>();
    outputs.forEach((name, output) ->
        comparisons.add(
            Comparison.of(
                name, Role.OUTPUT, where, doubles(output.toArray()), file.doubles(name))));
    double squares = 0;
    for (String name : outputs.keySet()) {
      if (file.has("cot." + name)) {
        for (double cotangent : file.doubles("cot." + name)) {
          squares += cotangent * cotangent;
        }
      }
    }
    double cotangents = Math.sqrt(squares);
    outputs.forEach((name, output) -> {
      if (file.has("cot." + name)) {
        tape.accumulate(output, tape.constant(output.shape(), file.floats("cot." + name), 0));
      }
    });
    tape.walkBack();
    inputs.forEach((name, input) -> {
      if (file.has("grad." + name)) {
        TapeTensor gradient = input.gradient();
        float[] got = gradient == null ? new float[input.shape().count()] : gradient.toArray();
        comparisons.add(
            Comparison.of(
                name,
                Role.GRADIENT,
                where,
                doubles(got),
                file.doubles("grad." + name),
                cotangents));
      }
    });
    return comparisons;
  }

  static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }
}
