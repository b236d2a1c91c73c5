package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.explain.PlanDescription.MergedProducts;
import dev.comporta.cells.explain.PlanDescription.Operations;
import dev.comporta.cells.explain.PlanDescription.Region;
import dev.comporta.cells.explain.PlanDescription.Values;
import dev.comporta.cells.explain.TrainingDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An explanation in words. */
final class ExplainText {
  private static final String[] POWERS = {"", "k", "M", "G", "T", "P"};

  private final StringBuilder text = new StringBuilder();

  private ExplainText() {}

  static String of(Explanation explanation) {
    ExplainText explain = new ExplainText();
    explain.whole(explanation);
    return explain.text.toString();
  }

  private void add(String words) {
    text.append(Printable.line(words)).append(System.lineSeparator());
  }

  private void add(String label, String words) {
    add(formatted("    %-16s %s", label, words));
  }

  private void whole(Explanation explanation) {
    TrainingDescription training = explanation.training();
    add(
        formatted(
            "%s: a training step is %d timesteps x %d rows = %,d timesteps, on %d %s by %s",
            explanation.what(),
            training.timesteps(),
            training.batch(),
            explanation.rows(),
            training.threads(),
            training.threads() == 1 ? "thread" : "threads",
            explanation.backend()));
    for (LayerDescription layer : training.layers()) {
      add("");
      layer(layer);
    }
    double forward = training.forwardOperations();
    double backward = training.backwardOperations();
    add("");
    add(
        formatted(
            "a training step: forward %s, backward %s; %s for each timestep of each row",
            flops(forward),
            flops(backward),
            flops((forward + backward) / Math.max(1, explanation.rows()))));
    memory(training.memory());
    measured(explanation.measured(), training.memory().bytes());
  }

  private void layer(LayerDescription layer) {
    add(
        formatted(
            "%s %s -> %d: %,d parameters; forward %s, backward %s; %s of workspace",
            layer.name(),
            layer.layer(),
            layer.outputSize(),
            layer.parameters(),
            flops(layer.forwardOperations()),
            flops(layer.backwardOperations()),
            floats(layer.workspace())));
    layer.cells().forEach(this::cell);
  }

  // ---- plans ----------------------------------------------------------------------------------

  private void cell(CellDescription cell) {
    PlanDescription plan = cell.plan();
    String name =
        formatted(
            "%s %d -> %d%s",
            cell.cell(), cell.inputSize(), cell.outputSize(), cell.reverse() ? ", in reverse" : "");
    if (plan == null) {
      add(formatted("  %s runs as defined, step by step: %s", name, cell.reason()));
      return;
    }
    add(
        formatted(
            "  %s, planned; of a timestep forward %s, backward %s",
            name, operations(plan.forward()), operations(plan.backward())));
    for (MergedProducts product : plan.hoisted()) {
      add("before the loop", products(product) + ", for all timesteps at once");
    }
    for (MergedProducts product : plan.merged()) {
      add("in the loop", product.pass() + ": " + products(product));
    }
    for (PlanDescription.Memory memory : plan.memories()) {
      add(
          "in the loop",
          formatted(
              "%s: %d operations over the positions of each row, with %d columns of results",
              memory.pass(), memory.operations(), memory.width()));
    }
    for (MergedProducts product : plan.weightGradients()) {
      add("after the loop", gradients(product) + ", over all timesteps at once");
    }
    add("fused", "forward: " + regions(plan.forwardRegions()));
    add("", "backward: " + regions(plan.backwardRegions()));
    add("saved", values(plan.saved()));
    add("recomputed", values(plan.recomputed()));
    add("kept", formatted("%,d floats for each timestep of each row", plan.timestepFloats()));
  }

  private static String products(MergedProducts product) {
    int count = product.columns().size();
    int columns = product.columns().stream().mapToInt(Integer::intValue).sum();
    String right = String.join(", ", product.right().stream().distinct().toList());
    if (product.summed()) {
      return formatted(
          "%s times %s transposed [%d, %d], %d products added into one sum",
          product.left(), right, product.inner(), product.columns().getFirst(), count);
    }
    String one = formatted("%s times %s [%d, %d]", product.left(), right, product.inner(), columns);
    return count == 1
        ? one
        : formatted("%s, %d products merged: the left operand is read once", one, count);
  }

  private static String gradients(MergedProducts product) {
    List<String> words = new ArrayList<>();
    Map<Integer, Integer> widths = new LinkedHashMap<>();
    product.columns().forEach(width -> widths.merge(width, 1, Integer::sum));
    widths.forEach((width, times) ->
        words.add(
            times == 1
                ? formatted("a cotangent of %d columns", width)
                : formatted("%d cotangents of %d columns", times, width)));
    return formatted(
        "gradient of %s: %s transposed times %s",
        String.join(", ", product.right().stream().distinct().toList()),
        product.left(),
        String.join(" and ", words));
  }

  private static String regions(List<Region> regions) {
    List<String> words = new ArrayList<>();
    for (Region region : regions) {
      words.add(
          formatted(
              "%d element-wise %s on %d planes of up to %d columns",
              region.instructions(),
              region.instructions() == 1 ? "instruction" : "instructions",
              region.planes(),
              region.width()));
    }
    return words.isEmpty() ? "nothing" : String.join("; then ", words);
  }

  private static String values(List<Values> values) {
    List<String> words = new ArrayList<>();
    for (Values value : values) {
      words.add(
          formatted(
              "%s%s [%d]",
              value.count() == 1 ? "" : value.count() + " x ", value.what(), value.width()));
    }
    return words.isEmpty() ? "nothing" : String.join(", ", words);
  }

  private static String operations(Operations operations) {
    return formatted(
        "%s (products %s, element-wise %s)",
        flops(operations.total()), flops(operations.products()), flops(operations.elementwise()));
  }

  // ---- memory ---------------------------------------------------------------------------------

  private void memory(MemoryPrediction memory) {
    add("");
    add(formatted("memory: predicted peak %s", bytes(memory.bytes())));
    add("parameters", floats(memory.parameters()));
    add("gradients", floats(memory.parameters()));
    add(
        "optimizer",
        formatted(
            "%s, %d for each parameter",
            floats(memory.parameters() * memory.slots()), memory.slots()));
    add(
        "workspace",
        formatted(
            "%s, of which a training step uses %s%s",
            floats(memory.workspaceHeld()),
            floats(memory.stepWorkspace()),
            memory.evaluationWorkspace() == 0
                ? ""
                : " and validation " + floats(memory.evaluationWorkspace())));
    add(
        "packed matrices",
        formatted(
            "%s, and %s to pack others in", floats(memory.packed()), floats(memory.scratch())));
    add("carried state", floats(memory.carry()));
  }

  private void measured(@Nullable Long measured, long predicted) {
    if (measured != null) {
      add(
          formatted(
              "        measured %s, %.1f %% %s than predicted",
              bytes(measured),
              100 * Math.abs((double) measured / predicted - 1),
              measured < predicted ? "less" : "more"));
    }
  }

  private static String floats(long count) {
    return bytes(Float.BYTES * count);
  }

  private static String bytes(long bytes) {
    double kibibytes = bytes / 1024.0;
    return kibibytes < 1024
        ? formatted("%.1f KiB", kibibytes)
        : kibibytes < 1 << 20
            ? formatted("%.2f MiB", kibibytes / 1024)
            : formatted("%.2f GiB", kibibytes / (1 << 20));
  }

  private static String flops(double count) {
    int power = 0;
    double scaled = count;
    while (scaled >= 1000 && power < POWERS.length - 1) {
      scaled /= 1000;
      power++;
    }
    return formatted(power == 0 ? "%.0f %sFLOP" : "%.1f %sFLOP", scaled, POWERS[power]);
  }
}
