package dev.comporta.onnx.export;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Compares an exported encoder and step with their model, step by step. */
final class DecoderVerifier {
  /** Rows, positions of the source, and steps. */
  private static final int[][] SIZES = {{1, 1, 1}, {1, 7, 4}, {3, 5, 6}, {4, 9, 3}};

  private final OnnxModel step;
  private final UnaryOperator<Map<String, OnnxValue>> encoding;
  private final UnaryOperator<Map<String, OnnxValue>> stepping;
  private final SequenceModel model;
  private final ModelRunner runner;
  private final SplittableRandom random = new SplittableRandom(20261129);
  private double difference;

  /** The two operators run the encoder and the step; the file of the step names its states. */
  DecoderVerifier(
      OnnxModel step,
      UnaryOperator<Map<String, OnnxValue>> encoding,
      UnaryOperator<Map<String, OnnxValue>> stepping,
      SequenceModel model,
      TensorBackend backend) {
    this.step = step;
    this.encoding = encoding;
    this.stepping = stepping;
    this.model = model;
    this.runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
  }

  OnnxExport.Verdict verify() {
    int runs = 0;
    int fewest = Sample.fewest(positions -> runner.encode(source(1, positions).batch(null)));
    for (int[] size : SIZES) {
      for (boolean ragged : new boolean[] {false, true}) {
        run(source(size[0], fewest * size[1]), ragged ? fewest : fewest * size[1], size[2]);
        runs++;
      }
    }
    return new OnnxExport.Verdict(difference, runs, true);
  }

  private Sample source(int rows, int positions) {
    return Sample.of(
        rows,
        positions,
        SequenceModel.sourceInputSize(model.spec()),
        model.encoder().getFirst(),
        random);
  }

  private void run(Sample source, int least, int steps) {
    int rows = source.rows();
    int[] lengths = source.lengths(least, random);
    Sample input = Sample.of(rows, steps, model.inputSize(), model.layers().getFirst(), random);
    EncodedSource encoded = runner.encode(source.batch(lengths));
    float[] expected = runner.predict(input.batch(null), runner.newCarry(rows), encoded);
    OnnxTensor given = Sample.tensor(lengths);
    Map<String, OnnxValue> kept =
        new HashMap<>(
            encoding.apply(Map.of(source.port(), source.tensor(), LayerExport.LENGTHS, given)));
    kept.put(LayerExport.LENGTHS, given);
    int places = places(kept, source.steps());
    for (OnnxPort state : step.inputs()) {
      if (state.name().endsWith(LayerExport.IN)) {
        kept.put(state.name(), zeros(state, rows, places));
      }
    }
    steps(input, expected, kept);
  }

  private void steps(Sample input, float[] expected, Map<String, OnnxValue> kept) {
    int rows = input.rows();
    int size = rows * model.outputSize();
    int unseen = input.steps() - expected.length / size; // the model may keep the last step only
    for (int t = 0; t < input.steps(); t++) {
      OnnxTensor now = input.part(t, t + 1).tensor(); // [B, 1] or [B, 1, F]
      Map<String, OnnxValue> inputs = new HashMap<>(kept);
      inputs.put(
          input.port(), now.rank() == 2 ? now.reshaped(rows) : now.reshaped(rows, now.size(2)));
      float[] first = new float[rows];
      Arrays.fill(first, t == 0 ? 1 : 0);
      inputs.put(DecoderExport.FIRST, OnnxTensor.of(first, rows, 1));
      Map<String, OnnxValue> outputs = stepping.apply(inputs);
      if (!(outputs.get("y") instanceof OnnxTensor y) || y.count() != size) {
        difference = Double.POSITIVE_INFINITY;
        return;
      }
      for (int i = 0; i < size && t >= unseen; i++) {
        float wanted = expected[(t - unseen) * size + i];
        difference = OnnxExport.Verdict.larger(difference, wanted, y.floats()[i]);
      }
      outputs.forEach((name, value) -> {
        if (name.endsWith(LayerExport.OUT)) {
          String stem = name.substring(0, name.length() - LayerExport.OUT.length());
          kept.put(stem + LayerExport.IN, value);
        }
      });
    }
  }

  /** The positions of the memories, which layers of the encoder may have made of the source's. */
  private int places(Map<String, OnnxValue> memories, int positions) {
    for (OnnxPort port : step.inputs()) {
      List<String> shape = port.shape();
      if (memories.get(port.name()) instanceof OnnxTensor tensor
          && shape != null
          && tensor.rank() == shape.size()
          && shape.contains("source")) {
        return tensor.size(shape.indexOf("source"));
      }
    }
    return positions;
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
