package dev.comporta.cells.model;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.plan.CellPlan;
import dev.comporta.tensor.DryTape;
import dev.comporta.tensor.DryTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The context of a layer during an estimate; it takes the same memory as {@link RunContext}. */
final class DryContext implements LayerContext {
  private final DryTape tape;
  private final Map<String, Tensor> parameters;
  private final EstimatedPlans plans;
  private final boolean training;
  private final List<CellDescription> cells = new ArrayList<>();

  DryContext(DryTape tape, Map<String, Tensor> parameters, EstimatedPlans plans, boolean training) {
    this.tape = tape;
    this.parameters = parameters;
    this.plans = plans;
    this.training = training;
  }

  /** Descriptions of the cells that the layer ran. */
  List<CellDescription> cells() {
    return cells;
  }

  @Override
  public Tensor parameter(String name) {
    Tensor parameter = parameters.get(name);
    if (parameter == null) {
      throw new UnknownNameException("parameter", name, parameters.keySet());
    }
    return parameter;
  }

  @Override
  public boolean training() {
    return training;
  }

  @Override
  public Tensor dropoutMask(String name, float rate, Shape shape) {
    return tape.result(shape, false);
  }

  @Override
  public Layer.Output unroll(
      Cell cell, String prefix, Sequence input, CellState initial, boolean reverse) {
    StepShapes.requireInput(cell, input.values().shape());
    EstimatedPlans.Planned planned = plans.of(cell, training);
    CellPlan plan = planned.plan();
    boolean inputGradient = ((DryTensor) input.values()).differentiable();
    cells.add(
        new CellDescription(
            StepShapes.label(cell),
            cell.inputSize(),
            cell.outputSize(),
            reverse,
            plan == null ? null : plan.describe(inputGradient),
            planned.reason()));
    if (plan == null) {
      return byDefinition(cell, prefix, input, initial, reverse);
    }
    plans.packed(plan);
    return plan.estimate(
        tape, name -> parameter(prefix + name), input, initial, reverse, plans.threads());
  }

  /** Takes the same memory as {@link DefinitionUnroller}. */
  private Layer.Output byDefinition(
      Cell cell, String prefix, Sequence input, CellState initial, boolean reverse) {
    Tensor values = input.values();
    int timesteps = input.timesteps();
    int batch = input.batch();
    int[] lengths = input.lengths();
    List<Tensor> outputs = new ArrayList<>();
    CellState state = initial;
    for (int i = 0; i < timesteps; i++) {
      int t = reverse ? timesteps - 1 - i : i;
      Tensor x = values.slice(0, t, t + 1).reshape(batch, values.shape().columns());
      Cell.Step step = cell.step(x, state, new Step(prefix, batch));
      StepShapes.requireResult(cell, step, batch, Map.of());
      Tensor output = step.output();
      if (lengths == null) {
        state = step.state();
      } else {
        Tensor mask = tape.result(Shape.of(batch, 1), false);
        output = mask.select(output, output.constant(Shape.of(), 0));
        state = kept(mask, cell.state(), step.state(), state);
      }
      outputs.add(output.reshape(1, batch, cell.outputSize()));
    }
    Tensor all =
        outputs.isEmpty()
            ? tape.result(Shape.of(0, batch, cell.outputSize()), false)
            : outputs.size() == 1
                ? outputs.getFirst()
                : outputs
                    .getFirst()
                    .apply(new Op.Concat(0), outputs.subList(1, timesteps).toArray(Tensor[]::new));
    return new Layer.Output(input.withValues(all), state);
  }

  private static CellState kept(
      Tensor mask, List<StateSpec> specs, CellState after, CellState before) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (StateSpec spec : specs) {
      parts.put(spec.name(), mask.select(after.get(spec.name()), before.get(spec.name())));
    }
    return CellState.of(parts);
  }

  private final class Step implements StepContext {
    private final String prefix;
    private final int batch;

    Step(String prefix, int batch) {
      this.prefix = prefix;
      this.batch = batch;
    }

    @Override
    public Tensor parameter(String name) {
      return DryContext.this.parameter(prefix + name);
    }

    @Override
    public Tensor memory(String name) {
      throw new UnknownNameException("memory", name, List.of());
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      throw new UnknownNameException("memory", name, List.of());
    }

    @Override
    public boolean training() {
      return training;
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return tape.result(Shape.of(batch, size), false);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return tape.result(Shape.of(batch, size), false);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return tape.result(shape, false);
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      return value;
    }
  }
}
