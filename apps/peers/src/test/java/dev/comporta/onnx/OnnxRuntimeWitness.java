package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.benchmarks.graphs.GraphRun;
import dev.comporta.benchmarks.peers.onnxruntime.OnnxGraphs;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs graphs of one node in ONNX Runtime, and notes where it differs and what it refuses. */
final class OnnxRuntimeWitness implements TestGraph.Witness {
  private final double bound;
  private final OnnxGraphs runtime = new OnnxGraphs();
  private final Map<String, List<String>> differences = new TreeMap<>();
  private final Map<String, String> refused = new TreeMap<>();
  private int agreed;
  private double largest;

  OnnxRuntimeWitness(double bound) {
    this.bound = bound;
  }

  @Override
  public void sees(
      TestGraph test, Map<String, OnnxValue> inputs, Map<String, OnnxValue> outputs) {
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
        note(operator, test, outputs.get(output.getKey()).tensor(), output.getValue());
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      refused.putIfAbsent(operator, String.valueOf(e.getMessage()));
    }
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

  private void note(String operator, TestGraph test, OnnxTensor found, OnnxTensor expected) {
    Difference difference = Difference.between(found, expected, bound, bound);
    if (difference.passed()) {
      agreed++;
      largest = Math.max(largest, difference.worst() * bound);
      return;
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

  /** Prints what was seen, and fails if anything differs. */
  void conclude(int fewest) {
    System.out.println(
        formatted(
            "%,d outputs of single operators agree with %s, largest difference %.1e",
            agreed, runtime.version(), largest));
    refused.forEach((operator, why) -> System.out.println("refused: " + operator + ": " + why));
    assertThat(differences).isEmpty();
    assertThat(agreed).isGreaterThanOrEqualTo(fewest);
  }
}
