package dev.comporta.cli;

import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.frame.memory.TrainingEstimate;
import dev.comporta.frame.memory.TrainingMeasurement;
import dev.comporta.frame.memory.TrainingOutline;
import dev.comporta.inference.compute.Compute;
import dev.comporta.inference.compute.ComputeFactory;
import dev.comporta.training.MemoryEstimate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code comporta explain} tells.
 *
 * @param what the task or the file
 * @param backend the name of the backend
 * @param execution by plan or by definition
 * @param training plans, operations and memory
 * @param measured bytes that were held in a trial, or null if none was requested
 */
record Explanation(
    String what,
    String backend,
    String execution,
    TrainingDescription training,
    @Nullable Long measured) {

  static Explanation of(
      String what, TrainingOutline outline, boolean measure, Application application) {
    try (Compute compute = new ComputeFactory(application.catalog()).open(outline.compute())) {
      TrainingEstimate estimate = new TrainingEstimate(application.catalog());
      TrainingDescription training = estimate.of(outline, compute);
      Long measured = null;
      if (measure) {
        MemoryEstimate.of(training.memory())
            .requireFits("this model", Runtime.getRuntime().maxMemory());
        measured = new TrainingMeasurement(application.catalog(), estimate).of(outline);
      }
      return new Explanation(
          what,
          compute.backend().name(),
          compute.execution().name().toLowerCase(Locale.ROOT),
          training,
          measured);
    }
  }

  /** Timesteps of all rows of a training step. */
  long rows() {
    return (long) training.timesteps() * training.batch();
  }

  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("explained", what);
    object.put("timesteps", training.timesteps());
    object.put("batch", training.batch());
    object.put("threads", training.threads());
    object.put("backend", backend);
    object.put("execution", execution);
    object.put("layers", training.layers().stream().map(Explanation::json).toList());
    object.put("forward_flops", training.forwardOperations());
    object.put("backward_flops", training.backwardOperations());
    object.put("memory", json(training.memory()));
    object.put("predicted_peak_bytes", training.memory().bytes());
    if (measured != null) {
      object.put("measured_peak_bytes", measured);
    }
    return object;
  }

  private static Map<String, Object> json(LayerDescription layer) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", layer.name());
    object.put("layer", layer.layer());
    object.put("output_size", layer.outputSize());
    object.put("parameters", layer.parameters());
    object.put("forward_flops", layer.forwardOperations());
    object.put("backward_flops", layer.backwardOperations());
    object.put("workspace_bytes", Float.BYTES * layer.workspace());
    object.put("cells", List.copyOf(layer.cells()));
    return object;
  }

  private static Map<String, Object> json(MemoryPrediction memory) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("parameter_bytes", Float.BYTES * memory.parameters());
    object.put("gradient_bytes", Float.BYTES * memory.parameters());
    object.put("optimizer_bytes", Float.BYTES * memory.parameters() * memory.slots());
    object.put("workspace_bytes", Float.BYTES * memory.workspaceHeld());
    object.put("step_workspace_bytes", Float.BYTES * memory.stepWorkspace());
    object.put("evaluation_workspace_bytes", Float.BYTES * memory.evaluationWorkspace());
    object.put("packed_bytes", Float.BYTES * memory.packed());
    object.put("scratch_bytes", Float.BYTES * memory.scratch());
    object.put("carry_bytes", Float.BYTES * memory.carry());
    return object;
  }
}
