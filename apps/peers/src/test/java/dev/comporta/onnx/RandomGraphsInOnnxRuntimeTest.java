package dev.comporta.onnx;

import static dev.comporta.api.Formatting.formatted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.benchmarks.graphs.GraphRun;
import dev.comporta.benchmarks.peers.onnxruntime.OnnxGraphs;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The random graphs of {@link RandomGraphsTest} in both runtimes. */
class RandomGraphsInOnnxRuntimeTest {
  private static final int GRAPHS = Integer.getInteger("comporta.random.graphs", 10_000);
  private static final int FIRST = Integer.getInteger("comporta.random.first", 0);
  private static final double BOUND = 1e-5;

  private double largest;
  private int numbers;

  @Test
  void bothRuntimesAgree() {
    OnnxGraphs runtime = new OnnxGraphs();
    List<String> failures = new ArrayList<>();
    Map<String, Integer> operators = new TreeMap<>();
    for (int n = FIRST; n < FIRST + GRAPHS; n++) {
      RandomGraph made = RandomGraph.of(n);
      OnnxModel model = made.graph.load();
      model.operators().forEach((name, count) -> operators.merge(name, count, Integer::sum));
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      made.inputs.forEach((name, value) -> inputs.put(name, value.tensor()));
      Map<String, OnnxValue> found = model.run(made.inputs);
      try (GraphRun theirs = runtime.open(made.graph.bytes(), 1)) {
        Map<String, OnnxTensor> expected = theirs.run(inputs);
        for (Defined value : made.outputs()) {
          OnnxTensor other = expected.get(value.name());
          String why = compare(found.get(value.name()).tensor(), other);
          if (!why.isEmpty()) {
            failures.add(formatted("graph %d, %s: %s", n, value.name(), why));
          }
        }
      } catch (IllegalStateException e) {
        failures.add(formatted("graph %d: %s", n, e.getMessage()));
      }
    }
    System.out.println(
        formatted(
            "%,d random graphs with %d operators in Comporta and %s: %,d numbers, largest difference %.1e, %d failures",
            GRAPHS, operators.size(), runtime.version(), numbers, largest, failures.size()));
    System.out.println(operators);
    assertThat(failures).isEmpty();
  }

  private String compare(OnnxTensor found, OnnxTensor expected) {
    if (!Difference.between(found, expected, 1, 1).remark().isEmpty()) {
      return Difference.between(found, expected, 1, 1).remark();
    }
    double worst = 0;
    for (int i = 0; i < found.count(); i++) {
      double a = found.number(i);
      double b = expected.number(i);
      worst = Math.max(worst, a == b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b)));
    }
    numbers += found.count();
    largest = Math.max(largest, worst);
    return worst <= BOUND ? "" : formatted("differs by %.1e", worst);
  }
}
