package dev.comporta.onnx.export;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compares an export with its model on random batches. */
final class ExportVerifier {
  private static final int[][] SIZES = {{1, 1}, {1, 7}, {3, 5}, {4, 12}, {2, 31}};

  private final OnnxModel read;
  private final UnaryOperator<Map<String, OnnxValue>> engine;
  private final List<String> states;
  private final SequenceModel model;
  private final ModelRunner runner;
  private final SplittableRandom random = new SplittableRandom(20260101);
  private double difference;

  private ExportVerifier(
      OnnxModel read,
      UnaryOperator<Map<String, OnnxValue>> engine,
      List<String> states,
      SequenceModel model,
      TensorBackend backend) {
    this.read = read;
    this.engine = engine;
    this.states = states;
    this.model = model;
    this.runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
  }

  /** Compares them; the engine runs the graph, and the file says what its inputs are. */
  static OnnxExport.Verdict verify(
      OnnxModel read,
      UnaryOperator<Map<String, OnnxValue>> engine,
      List<String> states,
      SequenceModel model,
      TensorBackend backend) {
    ExportVerifier verifier = new ExportVerifier(read, engine, states, model, backend);
    int runs = 0;
    int more = Sample.fewest(verifier::tryTimesteps) - 1;
    for (int[] size : SIZES) {
      verifier.run(size[0], size[1] + more, false);
      verifier.run(size[0], size[1] + more, true);
      runs += 2;
    }
    boolean streams = !states.isEmpty();
    if (streams) {
      verifier.halves(3, 9 + 2 * more, 4 + more);
    }
    return new OnnxExport.Verdict(verifier.difference, runs, streams);
  }

  private void tryTimesteps(int steps) {
    runner.outputs(sample(1, steps).batch(null), runner.newCarry(1));
  }

  private Sample sample(int rows, int steps) {
    return Sample.of(rows, steps, model.inputSize(), model.layers().getFirst(), random);
  }

  private static String port(String state) {
    return LayerExport.portName(state) + LayerExport.IN;
  }

  /** The initial value of a state: a learned vector in the metadata, or zeros. */
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

  private void run(int rows, int steps, boolean ragged) {
    Sample sample = sample(rows, steps);
    part(
        sample, sample.lengths(ragged ? 1 : steps, random), runner.newCarry(rows), new HashMap<>());
  }

  /** A sequence in two parts: the model with its carry, the export with its states. */
  private void halves(int rows, int steps, int first) {
    Sample sample = sample(rows, steps);
    Carry carry = runner.newCarry(rows);
    Map<String, OnnxValue> kept = new HashMap<>();
    for (Sample part : List.of(sample.part(0, first), sample.part(first, steps))) {
      part(part, part.lengths(1, random), carry, kept);
    }
  }

  /** Runs both, and compares their outputs and the states that they keep. */
  private void part(Sample sample, int[] lengths, Carry carry, Map<String, OnnxValue> kept) {
    Map<String, OnnxValue> inputs = new HashMap<>();
    inputs.put(sample.port(), sample.tensor());
    inputs.put(LayerExport.LENGTHS, Sample.tensor(lengths));
    for (String state : states) {
      inputs.put(port(state), beginning(state, sample.rows()));
    }
    inputs.putAll(kept);
    Map<String, OnnxValue> outputs = engine.apply(inputs);
    compare(lengths, runner.outputs(sample.batch(lengths), carry), outputs.get("y"));
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
    difference = OnnxExport.Verdict.larger(difference, expected, found);
  }

  /** Compares all outputs of each row; the export may have more of them after their end. */
  private void compare(int[] lengths, ModelRunner.Outputs ours, @Nullable OnnxValue theirs) {
    int rows = lengths.length;
    int size = model.outputSize();
    int steps = ours.timesteps();
    if (!(theirs instanceof OnnxTensor tensor)
        || tensor.type() != ElementType.FLOAT32
        || tensor.rank() != 3
        || tensor.size(0) != rows
        || tensor.size(1) < steps
        || tensor.size(2) != size) {
      difference = Double.POSITIVE_INFINITY;
      return;
    }
    int[] own = ours.lengths();
    for (int row = 0; row < rows; row++) {
      int length = own != null ? own[row] : steps;
      for (int i = 0; i < length * size; i++) {
        double a = ours.values()[(i / size * rows + row) * size + i % size];
        note(a, tensor.floats()[row * tensor.size(1) * size + i]);
      }
    }
  }
}
