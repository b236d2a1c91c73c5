package dev.comporta.cells.plan.compile;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.layer.Layer;
import dev.comporta.cells.explain.PlanDescription;
import dev.comporta.cells.plan.planes.PlaneSplitter;
import dev.comporta.cells.plan.program.Compiled;
import dev.comporta.cells.plan.program.MemorySpec;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.StepTrace;
import dev.comporta.cells.plan.trace.StreamTrace;
import dev.comporta.cells.plan.trace.Values;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles a step: traces it, splits it into planes, and creates a forward program and, for
 * training, a backward program.
 */
public final class Compiler {
  private Compiler() {}

  /**
   * Compiles the step of a cell.
   *
   * @param cell the cell
   * @param training whether dropout is applied
   * @param backward whether gradients are needed
   * @param observed the requested names of observed values; unknown names are ignored
   * @param memories the memories that the step reads
   * @throws dev.comporta.api.tensor.UntraceableException if no plan can be made, with the reason
   */
  public static Compiled compile(
      Cell cell,
      boolean training,
      boolean backward,
      Set<String> observed,
      List<MemorySpec> memories) {
    return compile(StepTrace.of(cell, training, memories), backward, observed, true);
  }

  /**
   * Compiles one timestep of a stack of layers for inference.
   *
   * @param layers the layers by the prefix of their parameters and states
   * @param inputSize the input features of the first layer
   * @throws dev.comporta.api.tensor.UntraceableException if no plan can be made, with the reason
   */
  public static Compiled compile(Map<String, Layer> layers, int inputSize) {
    return compile(StreamTrace.of(layers, inputSize), false, Set.of(), false);
  }

  private static Compiled compile(
      StepTrace trace, boolean backward, Set<String> observed, boolean described) {
    List<Node> wanted =
        trace.observed().entrySet().stream()
            .filter(it -> observed.contains(it.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    Values values = new Values(trace.positions());
    PlaneSplitter splitter = new PlaneSplitter(trace, values, wanted, backward);
    StepPlanes step = StepPlanes.of(trace, splitter, observed);
    GradientPlanes gradients =
        backward ? GradientPlanes.of(trace, splitter) : GradientPlanes.none(trace, splitter);
    SavedPlanes saved = new SavedPlanes(step, gradients);

    Storage storage = new Storage(values);
    ForwardCompiler.Forward forward =
        ForwardCompiler.compile(step, storage, saved.all(), trace.positions());
    BackwardCompiler.Backward back =
        backward
            ? BackwardCompiler.compile(trace, splitter, storage, gradients, saved, step, forward)
            : BackwardCompiler.Backward.NONE;
    List<Compiled.Hoisted> hoisted = List.copyOf(forward.builder().hoisted());
    Compiled.Describer describer =
        described
            ? described(
                new PlanDescriber(
                    storage,
                    forward.program(),
                    back.program(),
                    hoisted,
                    gradients,
                    saved.besides(step.after().values()),
                    saved.recomputed(gradients, step.after().values())))
            : Compiler::undescribed;
    return new Compiled(
        storage.buffers(),
        forward.program(),
        back.program(),
        hoisted,
        forward.states(),
        forward.output(),
        forward.observed(),
        List.copyOf(trace.observed().keySet()),
        back.sinks(),
        back.overwritesOutputCotangent(),
        describer);
  }

  /** Both descriptions, without the planes from which they are made. */
  private static Compiled.Describer described(PlanDescriber describer) {
    PlanDescription plain = describer.describe(false);
    PlanDescription withInputGradient = describer.describe(true);
    return inputGradient -> inputGradient ? withInputGradient : plain;
  }

  private static PlanDescription undescribed(boolean inputGradient) {
    throw new IllegalStateException("the step of a stream is not described");
  }
}
