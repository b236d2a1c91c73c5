package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSplitter;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.StepTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The results of a step as planes.
 *
 * @param after the state after the step, by name
 * @param output the output
 * @param observed the requested observed values, by name
 * @param observedPositions the requested observed values with positions, by name, which memory
 *     programs store
 * @param reads what memory programs compute in the forward loop
 */
record StepPlanes(
    Map<String, Plane> after,
    Plane output,
    Map<String, Plane> observed,
    Map<String, Node> observedPositions,
    List<Plane> reads) {

  static StepPlanes of(StepTrace trace, PlaneSplitter splitter, Set<String> wanted) {
    Map<String, Plane> after = new LinkedHashMap<>();
    trace.after().forEach((name, node) -> after.put(name, splitter.whole(node)));
    Plane output = splitter.whole(trace.output());
    Map<String, Plane> observed = new LinkedHashMap<>();
    Map<String, Node> observedPositions = new LinkedHashMap<>();
    trace
        .observed()
        .forEach((name, node) -> {
          if (wanted.contains(name) && trace.positions().in(node)) {
            observedPositions.put(name, node);
          } else if (wanted.contains(name)) {
            observed.put(name, splitter.whole(node));
          }
        });
    List<Plane> reads = splitter.groups().of(false).stream().map(splitter::read).toList();
    return new StepPlanes(after, output, observed, observedPositions, reads);
  }

  /** All planes that the forward program computes for others. */
  List<Plane> roots() {
    List<Plane> roots = new ArrayList<>(after.values());
    roots.add(output);
    roots.addAll(observed.values());
    roots.addAll(reads);
    return roots;
  }
}
