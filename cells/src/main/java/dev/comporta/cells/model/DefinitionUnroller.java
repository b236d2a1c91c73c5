package dev.comporta.cells.model;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.plan.run.DropoutMasks;
import dev.comporta.cells.plan.run.MemoryMasks;
import dev.comporta.tensor.TapeTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Unrolls a cell by definition: calls its step on the tape at every timestep. */
final class DefinitionUnroller implements Unroller {
  @Override
  public Layer.Output unroll(Cell cell, Run run) {
    Sequence input = run.input();
    Tensor values = input.values();
    int timesteps = input.timesteps();
    int batch = input.batch();
    int[] lengths = input.lengths();
    StepShapes.requireInput(cell, values.shape());
    StepShapes.requireMemories(cell, run.memories(), batch);
    @Nullable Tensor[] outputs = new Tensor[timesteps];
    CellState state = run.initial();
    for (int i = 0; i < timesteps; i++) {
      int t = run.reverse() ? timesteps - 1 - i : i;
      Tensor x = values.slice(0, t, t + 1).reshape(batch, values.shape().columns());
      Cell.Step step = cell.step(x, state, new Context(run, t, batch));
      StepShapes.requireResult(cell, step, batch, run.memories());
      Tensor mask = lengths == null ? null : mask(run, lengths, t);
      Tensor output = step.output();
      if (mask == null) {
        state = step.state();
      } else {
        output = mask.select(output, output.constant(Shape.of(), 0));
        state = kept(mask, cell.state(), step.state(), state);
      }
      outputs[t] = output.reshape(1, batch, cell.outputSize());
    }
    return new Layer.Output(input.withValues(joined(run, outputs, cell)), state);
  }

  @Override
  public CellDescription describe(Cell cell, Run run) {
    return Unroller.describe(cell, run, null, "plans are switched off");
  }

  private static Tensor joined(Run run, @Nullable Tensor[] outputs, Cell cell) {
    if (outputs.length == 0) {
      return run.tape().filled(Shape.of(0, run.input().batch(), cell.outputSize()), 0);
    }
    Tensor[] all = new Tensor[outputs.length - 1];
    System.arraycopy(outputs, 1, all, 0, all.length);
    Tensor first = outputs[0];
    if (first == null) {
      throw new IllegalStateException("no output at timestep 0");
    }
    return all.length == 0 ? first : first.apply(new Op.Concat(0), all);
  }

  private static Tensor mask(Run run, int[] lengths, int t) {
    TapeTensor mask = run.tape().filled(Shape.of(lengths.length, 1), 0);
    for (int row = 0; row < lengths.length && run.tape().computes(); row++) {
      mask.data()[mask.offset() + row] = t < lengths[row] ? 1 : 0;
    }
    return mask;
  }

  private static CellState kept(
      Tensor mask, List<StateSpec> specs, CellState after, CellState before) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (StateSpec spec : specs) {
      parts.put(spec.name(), mask.select(after.get(spec.name()), before.get(spec.name())));
    }
    return CellState.of(parts);
  }

  /** The context of the step at timestep t. */
  private record Context(Run run, int t, int batch) implements StepContext {
    @Override
    public Tensor parameter(String name) {
      return run.parameters().apply(run.prefix() + name);
    }

    @Override
    public Tensor memory(String name) {
      return known(name).values();
    }

    @Override
    public @Nullable Tensor memoryMask(String name) {
      Memory memory = known(name);
      int[] lengths = memory.lengths();
      return lengths == null
          ? null
          : MemoryMasks.of(run.tape(), lengths, memory.values().shape().size(1));
    }

    private Memory known(String name) {
      Memory memory = run.memories().get(name);
      if (memory == null) {
        throw new UnknownNameException("memory", name, run.memories().keySet());
      }
      return memory;
    }

    @Override
    public boolean training() {
      return run.training();
    }

    @Override
    public Tensor dropoutMask(String name, float rate, int size) {
      return mask(run.random().stream(name), rate, size, (long) t * batch * size);
    }

    @Override
    public Tensor sequenceDropoutMask(String name, float rate, int size) {
      return mask(run.random().stream(name), rate, size, 0);
    }

    @Override
    public Tensor parameterDropoutMask(String name, float rate, Shape shape) {
      return mask(run.random().stream(name), rate, shape, 0);
    }

    private Tensor mask(RandomSource random, float rate, int size, long first) {
      return mask(random, rate, Shape.of(batch, size), first);
    }

    private Tensor mask(RandomSource random, float rate, Shape shape, long first) {
      if (!run.training() || rate == 0) {
        return run.tape().filled(shape, 1);
      }
      TapeTensor mask = run.tape().result(shape, false);
      if (run.tape().computes()) {
        DropoutMasks.fill(mask.data(), mask.offset(), shape.count(), rate, random, first);
      }
      return mask;
    }

    @Override
    public Tensor observe(String name, Tensor value) {
      Observation observation = run.observation();
      String full = run.observedPrefix() + name;
      if (observation != null && observation.isWanted(full)) {
        observation.put(full, value, t, run.input().timesteps(), run.input().lengths());
      }
      return value;
    }
  }
}
