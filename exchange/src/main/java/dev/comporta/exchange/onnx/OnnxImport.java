package dev.comporta.exchange.onnx;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Piece;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxChain;
import dev.comporta.onnx.value.OnnxPort;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** An ONNX file as a model of our layers, compared with its graph on random inputs. */
public final class OnnxImport {
  private static final double BOUND = 1e-4;

  private static final String INSTEAD =
      "run it as a graph with 'comporta onnx run', or in a program with OnnxModel.load(file).run(inputs)";

  /** The most elements of an input for the comparison; the file declares their sizes. */
  private static final long MOST_ELEMENTS = 1L << 22;

  private final Input input;
  private final OnnxModel graph;
  private final OnnxChain chain;
  private final TensorBackend backend;

  private OnnxImport(Input input, OnnxModel graph, TensorBackend backend) {
    this.input = input;
    this.graph = graph;
    this.chain = graph.chain();
    this.backend = backend;
  }

  /** Reads a file and finds its chain. */
  public static OnnxImport read(Input input, Catalog catalog) {
    TensorBackend backend = catalog.preferredBackend(reason -> {});
    return new OnnxImport(
        input, OnnxModel.load(input.path(), input.bytes(), backend, Workers.ALONE), backend);
  }

  /** The layers with their weights. */
  public Draft draft() {
    String producer = graph.producer().isEmpty() ? "ONNX" : "ONNX (" + graph.producer() + ")";
    Draft draft = new Draft(input, "onnx", producer);
    draft.inputSize(chain.features());
    int timesteps = port().size(chain.batchFirst() ? 1 : 0);
    if (timesteps > 0) {
      draft.timesteps(timesteps);
    }
    for (OnnxChain.Link link : chain.links()) {
      Map<String, ForeignTensor> weights = new HashMap<>();
      link.weights()
          .forEach((name, tensor) ->
              weights.put(name, new ForeignTensor(name, tensor.sizes(), tensor.floats())));
      draft.add(new Piece(link.spec(), weights));
    }
    chain.notes().forEach(draft::note);
    return draft;
  }

  private OnnxPort port() {
    return graph.inputs().stream()
        .filter(it -> it.name().equals(chain.input()))
        .findFirst()
        .orElseThrow();
  }

  /** Compares a model with the graph on random inputs, and refuses it if they differ. */
  public void verify(SequenceModel model) {
    int fixed = port().size(chain.batchFirst() ? 1 : 0);
    int rows = port().size(chain.batchFirst() ? 0 : 1);
    double difference = 0;
    for (int steps : fixed > 0 ? new int[] {fixed} : new int[] {1, 6}) {
      difference = Math.max(difference, difference(model, rows > 0 ? rows : 2, steps));
    }
    if (!(difference <= BOUND)) {
      throw input.refuse(
          formatted(
              "its layers were recognised, but compute other outputs than its graph (difference %.1e); %s",
              difference, INSTEAD));
    }
  }

  private double difference(SequenceModel model, int rows, int steps) {
    SplittableRandom random = new SplittableRandom(7);
    int features = chain.features();
    int width = Math.max(1, features);
    requireBounded(port(), rows, steps, width);
    float[] values = new float[rows * steps * width];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          features == 0 ? random.nextInt(vocabulary()) : (float) (2 * random.nextDouble() - 1);
    }
    Map<String, OnnxValue> inputs = new HashMap<>();
    for (OnnxPort other : graph.inputs()) {
      inputs.put(
          other.name(),
          other.name().equals(chain.input())
              ? data(values, rows, steps)
              : constant(other, rows, steps));
    }
    OnnxValue expected = graph.run(inputs).values().iterator().next();
    ModelRunner runner = new ModelRunner(model, backend, Workers.ALONE, Execution.PLAN);
    float[] y = runner.predict(batch(values, rows, steps), runner.newCarry(rows));
    if (!(expected instanceof OnnxTensor tensor)
        || tensor.count() != y.length
        || tensor.type() != ElementType.FLOAT32) {
      return Double.POSITIVE_INFINITY;
    }
    // The graph's output may be time-major like ours, or batch-first.
    int size = model.outputSize();
    return Math.min(
        difference(tensor.floats(), y, 1, size), difference(tensor.floats(), y, rows, size));
  }

  /** Refuses sizes that nothing but a declaration explains. */
  private void requireBounded(OnnxPort declared, int... sizes) {
    long count = OnnxTensor.count(sizes);
    if (count < 0 || count > MOST_ELEMENTS) {
      throw input.refuse(
          formatted(
              "it declares %s, which is too large to compare its layers with its graph; %s",
              declared.describe(), INSTEAD));
    }
  }

  private int vocabulary() {
    OnnxTensor table = chain.links().getFirst().weights().get("table");
    return table == null ? 1 : table.size(0);
  }

  /**
   * The largest difference of batch-first outputs from time-major ones; of one row they are equal.
   */
  private static double difference(float[] theirs, float[] y, int rows, int size) {
    int steps = y.length / (rows * size);
    double largest = 0;
    for (int i = 0; i < y.length; i++) {
      int row = i / size % rows;
      int t = i / (size * rows);
      double other = theirs[(row * steps + t) * size + i % size];
      double d = Math.abs(other - y[i]) / Math.max(1, Math.abs(other));
      largest = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(largest, d);
    }
    return largest;
  }

  private OnnxTensor data(float[] values, int rows, int steps) {
    int width = Math.max(1, chain.features());
    float[] turned = values;
    if (chain.batchFirst()) {
      turned = new float[values.length];
      for (int row = 0; row < rows; row++) {
        for (int t = 0; t < steps; t++) {
          System.arraycopy(
              values, (t * rows + row) * width, turned, (row * steps + t) * width, width);
        }
      }
    }
    int first = chain.batchFirst() ? rows : steps;
    int second = chain.batchFirst() ? steps : rows;
    ElementType type = port().type();
    if (chain.features() > 0 || type == null) {
      return OnnxTensor.of(turned, first, second, width);
    }
    long[] ids = new long[turned.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (long) turned[i];
    }
    return OnnxTensor.of(type, ids, first, second);
  }

  /** The full length for each row if the input holds lengths, otherwise zeros for a state. */
  private OnnxTensor constant(OnnxPort port, int rows, int steps) {
    List<String> shape = port.shape();
    ElementType type = port.type();
    ElementType element = type == null ? ElementType.FLOAT32 : type;
    int[] sizes = new int[shape == null ? 0 : shape.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = port.size(axis) > 0 ? port.size(axis) : rows;
    }
    requireBounded(port, sizes);
    Object data = OnnxTensor.storage(element, (int) OnnxTensor.count(sizes));
    if (data instanceof long[] lengths && sizes.length == 1) {
      Arrays.fill(lengths, steps);
    }
    return OnnxTensor.of(element, data, sizes);
  }

  private Batch batch(float[] values, int rows, int steps) {
    if (chain.features() > 0) {
      return Batch.ofValues(steps, rows, chain.features(), values, null);
    }
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) values[i];
    }
    return Batch.ofIds(new Ids(steps, rows, ids), null);
  }
}
