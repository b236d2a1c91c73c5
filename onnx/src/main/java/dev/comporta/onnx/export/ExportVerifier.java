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
      inputs.put(port(state), beginning(state, rows));
    }
    return inputs;
  }

  private static String port(String state) {
    return LayerExport.portName(state) + LayerExport.IN;
  }

  /** What a state begins with: a learned vector in the metadata, or zeros. */
  private OnnxTensor beginning(String state, int rows) {
    int size =
        read.inputs().stream()
            .filter(it -> it.name().equals(port(state)))
            .mapToInt(it -> it.size(2))
            .findFirst()
            .orElse(0);
    float[] values = new float[rows * size];
    String learned = read.metadata().get(LayerExport.INITIAL + port(state));
    if (learned != null) {
      String[] numbers = learned.substring(1, learned.length() - 1).split(",", -1);
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(numbers[i % size]);
      }
    }
    return OnnxTensor.of(values, 1, rows, size);
  }

  private int[] lengths(int rows, int steps, boolean ragged) {
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      lengths[row] = ragged ? 1 + random.nextInt(steps) : steps;
    }
    return lengths;
  }

  private void run(int rows, int steps, boolean ragged) {
    float[] values = values(rows, steps);
    int[] lengths = lengths(rows, steps, ragged);
    part(rows, steps, values, lengths, runner.newCarry(rows), new HashMap<>());
  }

  /** A sequence in two parts: the model with its carry, the export with its states. */
  private void halves(int rows, int steps, int first) {
    float[] values = values(rows, steps);
    int width = Math.max(1, model.inputSize());
    Carry carry = runner.newCarry(rows);
    Map<String, OnnxValue> kept = new HashMap<>();
    float[] before = Arrays.copyOfRange(values, 0, first * rows * width);
    part(rows, first, before, lengths(rows, first, true), carry, kept);
    float[] after = Arrays.copyOfRange(values, first * rows * width, values.length);
    part(rows, steps - first, after, lengths(rows, steps - first, true), carry, kept);
  }

  /** Runs both, and compares their outputs and the states that they keep. */
  private void part(
      int rows,
      int steps,
      float[] values,
      int[] lengths,
      Carry carry,
      Map<String, OnnxValue> kept) {
    Map<String, OnnxValue> inputs = inputs(rows, steps, values, lengths);
    inputs.putAll(kept);
    Map<String, OnnxValue> outputs = read.run(inputs);
    compare(
        rows,
        lengths,
        runner.outputs(batch(rows, steps, values, lengths), carry),
        outputs.get("y"));
    Map<String, float[]> expected = carry.parts();
    for (String state : states) {
      OnnxValue found = outputs.get(LayerExport.portName(state) + LayerExport.OUT);
      float[] part = expected.get(state.replaceFirst("\\bcell\\.", ""));
      if (!(found instanceof OnnxTensor tensor)
          || part == null
          || part.length != tensor.count()
          || tensor.type() != ElementType.FLOAT32) {
        difference = Double.POSITIVE_INFINITY;
        return;
      }
      for (int i = 0; i < part.length; i++) {
        note(part[i], tensor.floats()[i]);
      }
      kept.put(port(state), found);
    }
  }

  private void note(double expected, double found) {
    double d = Math.abs(expected - found) / Math.max(1, Math.abs(expected));
    difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
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
        note(a, b);
      }
    }
  }
}
