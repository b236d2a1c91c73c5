package dev.comporta.onnx.export;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.layers.EmbeddingLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Compares an exported encoder and step with their model, step by step. */
final class DecoderVerifier {
  /** Rows, positions of the source, and steps. */
  private static final int[][] SIZES = {{1, 1, 1}, {1, 7, 4}, {3, 5, 6}, {4, 9, 3}};

  private final OnnxModel encoder;
  private final OnnxModel step;
  private final SequenceModel model;
  private final ModelRunner runner;
  private final SplittableRandom random = new SplittableRandom(20261129);
  private double difference;

  DecoderVerifier(OnnxModel encoder, OnnxModel step, SequenceModel model, TensorBackend backend) {
    this.encoder = encoder;
    this.step = step;
    this.model = model;
    this.runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
  }

  OnnxExport.Verdict verify() {
    int runs = 0;
    for (int[] size : SIZES) {
      for (boolean ragged : new boolean[] {false, true}) {
        run(size[0], size[1], size[2], ragged);
        runs++;
      }
    }
    return new OnnxExport.Verdict(difference, runs, true);
  }

  private float[] values(int count, int features, List<Layer> layers) {
    int vocabulary =
        layers.getFirst() instanceof EmbeddingLayer embedding ? embedding.vocabulary() : 1;
    float[] values = new float[count * Math.max(1, features)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          features == 0 ? random.nextInt(vocabulary) : (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }

  private static Batch batch(
      int steps, int rows, int features, float[] values, int @Nullable [] lengths) {
    if (features > 0) {
      return Batch.ofValues(steps, rows, features, values, lengths);
    }
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) values[i];
    }
    return Batch.ofIds(new Ids(steps, rows, ids), lengths);
  }

  private static OnnxTensor tensor(float[] values, int features, int... sizes) {
    if (features > 0) {
      return OnnxTensor.of(values, sizes);
    }
    long[] ids = new long[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (long) values[i];
    }
    return OnnxTensor.of(ids, sizes);
  }

  private void run(int rows, int positions, int steps, boolean ragged) {
    int sourceSize = SequenceModel.sourceInputSize(model.spec());
    float[] source = values(rows * positions, sourceSize, model.encoder());
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      lengths[row] = ragged ? 1 + random.nextInt(positions) : positions;
    }
    EncodedSource encoded = runner.encode(batch(positions, rows, sourceSize, source, lengths));
    float[] input = values(rows * steps, model.inputSize(), model.layers());
    float[] expected =
        runner.predict(
            batch(steps, rows, model.inputSize(), input, null), runner.newCarry(rows), encoded);
    OnnxTensor given =
        OnnxTensor.of(ElementType.INT32, Arrays.stream(lengths).asLongStream().toArray(), rows);
    int width = Math.max(1, sourceSize);
    float[] turned = new float[source.length];
    for (int i = 0; i < source.length; i++) {
      int row = i / width % rows;
      int at = i / (width * rows);
      turned[(row * positions + at) * width + i % width] = source[i];
    }
    int[] sizes =
        sourceSize == 0 ? new int[] {rows, positions} : new int[] {rows, positions, sourceSize};
    String port = sourceSize == 0 ? "ids" : "x";
    Map<String, OnnxValue> kept =
        new HashMap<>(
            encoder.run(
                Map.of(port, tensor(turned, sourceSize, sizes), LayerExport.LENGTHS, given)));
    kept.put(LayerExport.LENGTHS, given);
    for (OnnxPort state : step.inputs()) {
      if (state.name().endsWith(LayerExport.IN)) {
        kept.put(state.name(), zeros(state, rows, positions));
      }
    }
    steps(rows, steps, input, expected, kept);
  }

  private void steps(
      int rows, int steps, float[] input, float[] expected, Map<String, OnnxValue> kept) {
    int features = model.inputSize();
    int width = rows * Math.max(1, features);
    int size = rows * model.outputSize();
    for (int t = 0; t < steps; t++) {
      float[] part = Arrays.copyOfRange(input, t * width, (t + 1) * width);
      Map<String, OnnxValue> inputs = new HashMap<>(kept);
      inputs.put(
          features == 0 ? "ids" : "x",
          features == 0 ? tensor(part, 0, rows) : tensor(part, features, rows, features));
      float[] first = new float[rows];
      Arrays.fill(first, t == 0 ? 1 : 0);
      inputs.put(DecoderExport.FIRST, OnnxTensor.of(first, rows, 1));
      Map<String, OnnxValue> outputs = step.run(inputs);
      if (!(outputs.get("y") instanceof OnnxTensor y) || y.count() != size) {
        difference = Double.POSITIVE_INFINITY;
        return;
      }
      for (int i = 0; i < size; i++) {
        double a = expected[t * size + i];
        double d = Math.abs(a - y.floats()[i]) / Math.max(1, Math.abs(a));
        difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
      }
      outputs.forEach((name, value) -> {
        if (name.endsWith(LayerExport.OUT)) {
          String stem = name.substring(0, name.length() - LayerExport.OUT.length());
          kept.put(stem + LayerExport.IN, value);
        }
      });
    }
  }

  private static OnnxTensor zeros(OnnxPort port, int rows, int positions) {
    List<String> shape = port.shape();
    int[] sizes = new int[shape == null ? 0 : shape.size()];
    for (int axis = 0; axis < sizes.length && shape != null; axis++) {
      sizes[axis] =
          port.size(axis) > 0
              ? port.size(axis)
              : shape.get(axis).equals("source") ? positions : rows;
    }
    return OnnxTensor.of(new float[(int) OnnxTensor.count(sizes)], sizes);
  }
}
