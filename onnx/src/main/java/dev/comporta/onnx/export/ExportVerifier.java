package dev.comporta.onnx.export;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Compares an export with its model on random batches. */
final class ExportVerifier {
  private static final int[][] SIZES = {{1, 1}, {1, 7}, {3, 5}, {4, 12}, {2, 31}};

  private final OnnxModel read;
  private final List<String> states;
  private final SequenceModel model;
  private final ModelRunner runner;
  private final SplittableRandom random = new SplittableRandom(20260101);
  private double difference;

  private ExportVerifier(
      OnnxModel read, List<String> states, SequenceModel model, TensorBackend backend) {
    this.read = read;
    this.states = states;
    this.model = model;
    this.runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
  }

  /** Compares them. */
  public static OnnxExport.Verdict verify(
      OnnxModel read, List<String> states, SequenceModel model, TensorBackend backend) {
    ExportVerifier verifier = new ExportVerifier(read, states, model, backend);
    int runs = 0;
    for (int[] size : SIZES) {
      verifier.run(size[0], size[1], false);
      verifier.run(size[0], size[1], true);
      runs += 2;
    }
    boolean streams = !states.isEmpty();
    if (streams) {
      verifier.halves(3, 9, 4);
    }
    return new OnnxExport.Verdict(verifier.difference, runs, streams);
  }

  /** Values of a batch, time-major: features, or ids. */
  private float[] values(int rows, int steps) {
    int features = model.inputSize();
    float[] values = new float[rows * steps * Math.max(1, features)];
    int vocabulary =
        model.layers().getFirst() instanceof EmbeddingLayer embedding ? embedding.vocabulary() : 1;
    for (int i = 0; i < values.length; i++) {
      values[i] =
          features == 0 ? random.nextInt(vocabulary) : (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }

  private Batch batch(int rows, int steps, float[] values, int[] lengths) {
    if (model.inputSize() > 0) {
      return Batch.ofValues(steps, rows, model.inputSize(), values, lengths);
    }
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) values[i];
    }
    return Batch.ofIds(new Ids(steps, rows, ids), lengths);
  }

  /** The same batch-first, as the export reads it. */
  private Map<String, OnnxValue> inputs(int rows, int steps, float[] values, int[] lengths) {
    int features = model.inputSize();
    int width = Math.max(1, features);
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int t = 0; t < steps; t++) {
        System.arraycopy(
            values, (t * rows + row) * width, turned, (row * steps + t) * width, width);
      }
    }
    Map<String, OnnxValue> inputs = new HashMap<>();
    if (features > 0) {
      inputs.put("x", OnnxTensor.of(turned, rows, steps, features));
    } else {
      long[] ids = new long[turned.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (long) turned[i];
      }
      inputs.put("ids", OnnxTensor.of(ids, rows, steps));
    }
    long[] given = Arrays.stream(lengths).asLongStream().toArray();
    inputs.put(LayerExport.LENGTHS, OnnxTensor.of(ElementType.INT32, given, rows));
    for (String state : states) {
      int size =
          read.inputs().stream()
              .filter(port -> port.name().equals(LayerExport.portName(state) + LayerExport.IN))
              .mapToInt(port -> port.size(2))
              .findFirst()
              .orElse(0);
      inputs.put(
          LayerExport.portName(state) + LayerExport.IN,
          OnnxTensor.of(new float[rows * size], 1, rows, size));
    }
    return inputs;
  }

  private void run(int rows, int steps, boolean ragged) {
    float[] values = values(rows, steps);
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      lengths[row] = ragged ? 1 + random.nextInt(steps) : steps;
    }
    compare(
        rows,
        lengths,
        runner.outputs(batch(rows, steps, values, lengths), runner.newCarry(rows)),
        read.run(inputs(rows, steps, values, lengths)).get("y"));
  }

  /** A sequence in two parts: the model with its carry, the export with its states. */
  private void halves(int rows, int steps, int first) {
    float[] values = values(rows, steps);
    int width = Math.max(1, model.inputSize());
    Carry carry = runner.newCarry(rows);
    Map<String, OnnxValue> kept = new HashMap<>();
    for (int part = 0; part < 2; part++) {
      int from = part == 0 ? 0 : first;
      int to = part == 0 ? first : steps;
      float[] piece = Arrays.copyOfRange(values, from * rows * width, to * rows * width);
      int[] lengths = new int[rows];
      Arrays.fill(lengths, to - from);
      Map<String, OnnxValue> inputs = inputs(rows, to - from, piece, lengths);
      inputs.putAll(kept);
      Map<String, OnnxValue> outputs = read.run(inputs);
      compare(
          rows,
          lengths,
          runner.outputs(batch(rows, to - from, piece, lengths), carry),
          outputs.get("y"));
      for (String state : states) {
        OnnxValue after = outputs.get(LayerExport.portName(state) + LayerExport.OUT);
        if (after != null) {
          kept.put(LayerExport.portName(state) + LayerExport.IN, after);
        }
      }
    }
  }

  private void compare(
      int rows, int[] lengths, ModelRunner.Outputs ours, @Nullable OnnxValue theirs) {
    if (!(theirs instanceof OnnxTensor tensor) || tensor.count() != ours.values().length) {
      difference = Double.POSITIVE_INFINITY;
      return;
    }
    int size = model.outputSize();
    int steps = ours.timesteps();
    for (int row = 0; row < rows; row++) {
      int length = Math.min(steps, lengths[row]);
      for (int i = 0; i < length * size; i++) {
        double a = ours.values()[(i / size * rows + row) * size + i % size];
        double b = tensor.floats()[row * steps * size + i];
        double d = Math.abs(a - b) / Math.max(1, Math.abs(a));
        difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
      }
    }
  }
}
