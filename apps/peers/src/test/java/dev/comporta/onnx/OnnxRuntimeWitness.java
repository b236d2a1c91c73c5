package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.tensor.Workers;
import dev.comporta.benchmarks.graphs.GraphRun;
import dev.comporta.benchmarks.peers.onnxruntime.OnnxGraphs;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the graphs of a test class, each of one node, in ONNX Runtime as well, and notes where it
 * differs and what it refuses. Fails after the last test if anything differs.
 */
final class OnnxRuntimeWitness implements TestGraph.Witness, BeforeAllCallback, AfterAllCallback {
  private static final double BOUND = 1e-5;
  private static final int FEWEST = 50;

  private final OnnxGraphs runtime = new OnnxGraphs();
  private final Map<String, List<String>> differences = new TreeMap<>();
  private final Map<String, String> refused = new TreeMap<>();
  private int agreed;
  private int rounded;
  private double largest;

  @Override
  public void beforeAll(ExtensionContext context) {
    TestGraph.witness = this;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    TestGraph.witness = (graph, inputs, outputs) -> {};
    System.out.println(
        formatted(
            "%,d outputs of single operators agree with %s, largest difference %.1e; in %d more, numbers grow, and both are as near to the result in double precision, relative to the largest",
            agreed, runtime.version(), largest, rounded));
    refused.forEach((operator, why) -> System.out.println("refused: " + operator + ": " + why));
    assertThat(differences).isEmpty();
    assertThat(agreed).isGreaterThanOrEqualTo(FEWEST);
  }

  @Override
  public void sees(TestGraph test, Map<String, OnnxValue> inputs, Map<String, OnnxValue> outputs) {
    String operator = test.graph.getNode(0).getOpType();
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    for (Map.Entry<String, OnnxValue> input : inputs.entrySet()) {
      given.put(input.getKey(), input.getValue().tensor());
    }
    GraphProto.Builder graph = test.graph.clone().clearOutput();
    outputs.forEach((name, value) -> graph.addOutput(port(name, value)));
    byte[] bytes = test.model().setGraph(graph).build().toByteArray();
    try (GraphRun theirs = runtime.open(bytes, 1)) {
      Map<String, OnnxTensor> expected = theirs.run(given);
      for (Map.Entry<String, OnnxTensor> output : expected.entrySet()) {
        if (output.getKey().equals("out0") || !endsAtItsBeginning(test, given)) {
          OnnxTensor found = outputs.get(output.getKey()).tensor();
          note(operator, test, given, output.getKey(), found, output.getValue());
        }
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      refused.putIfAbsent(operator, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Whether a bidirectional layer has rows of length 0. Their last state is the initial one here
   * and, in a single direction, in ONNX Runtime, which returns zeros for two directions.
   */
  private static boolean endsAtItsBeginning(TestGraph test, Map<String, OnnxTensor> given) {
    OnnxTensor lengths = given.get("in4");
    return lengths != null
        && LongStream.of(lengths.longs()).anyMatch(length -> length == 0)
        && test.graph.getNode(0).getAttributeList().stream()
            .anyMatch(it -> it.getS().toStringUtf8().equals("bidirectional"));
  }

  private static ValueInfoProto port(String name, OnnxValue value) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(value.tensor().type().number())))
        .build();
  }

  private void note(
      String operator,
      TestGraph test,
      Map<String, OnnxTensor> given,
      String output,
      OnnxTensor found,
      OnnxTensor expected) {
    Difference difference = Difference.between(found, expected, BOUND, BOUND);
    if (difference.passed()) {
      agreed++;
      largest = Math.max(largest, difference.worst() * BOUND);
      return;
    }
    if (difference.remark().isEmpty() && found.type() == ElementType.FLOAT32) {
      OnnxTensor exact = inDouble(test, given, output);
      if (distance(found, exact) <= BOUND && distance(expected, exact) <= BOUND) {
        rounded++;
        return;
      }
    }
    differences
        .computeIfAbsent(operator, key -> new ArrayList<>())
        .add(
            formatted(
                "%s: %s",
                test.graph.getNode(0).getAttributeList().toString().replace('\n', ' '),
                difference.remark().isEmpty()
                    ? formatted("by %.1e", difference.largest())
                    : difference.remark()));
  }

  /** What the graph computes from the same numbers in double precision. */
  private static OnnxTensor inDouble(TestGraph test, Map<String, OnnxTensor> given, String output) {
    GraphProto.Builder graph = test.graph.clone();
    Map<String, OnnxTensor> wide = new LinkedHashMap<>();
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      OnnxTensor tensor = given.get(input.getName());
      if (tensor.type() == ElementType.FLOAT32) {
        double[] values = new double[tensor.count()];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.floats()[i];
        }
        tensor = OnnxTensor.of(values, tensor.sizes());
        input.getTypeBuilder().getTensorTypeBuilder().setElemType(tensor.type().number());
      }
      wide.put(input.getName(), tensor);
    }
    byte[] bytes = test.model().setGraph(graph).build().toByteArray();
    return OnnxModel.load("in double precision", bytes, TestGraph.BACKEND, Workers.ALONE)
        .run(wide)
        .get(output)
        .tensor();
  }

  /** The largest difference, relative to the largest number. */
  private static double distance(OnnxTensor found, OnnxTensor exact) {
    double most = 0;
    double scale = 1;
    for (int i = 0; i < found.count(); i++) {
      most = Math.max(most, Math.abs(found.number(i) - exact.number(i)));
      scale = Math.max(scale, Math.abs(exact.number(i)));
    }
    return most / scale;
  }
}
