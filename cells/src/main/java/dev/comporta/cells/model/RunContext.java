package dev.comporta.cells.model;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.plan.run.DropoutMasks;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The context of one layer during one run. */
final class RunContext implements LayerContext {
  private final Tape tape;
  private final Unroller unroller;
  private final Map<String, Tensor> parameters;
  private final boolean training;
  private final RandomSource random;
  private final @Nullable Observation observation;
  private final String layerPrefix;
  private Map<String, Memory> memories = Map.of();
  private @Nullable Tensor beginning;

  RunContext(
      Tape tape,
      Unroller unroller,
      Map<String, Tensor> parameters,
      boolean training,
      RandomSource random) {
    this(tape, unroller, parameters, training, random, null, "");
  }

  RunContext(
      Tape tape,
      Unroller unroller,
      Map<String, Tensor> parameters,
      boolean training,
      RandomSource random,
      @Nullable Observation observation,
      String layerPrefix) {
    this.tape = tape;
    this.unroller = unroller;
    this.parameters = parameters;
    this.training = training;
    this.random = random;
    this.observation = observation;
    this.layerPrefix = layerPrefix;
  }

  /** This context for a layer of a decoder. */
  RunContext decoding(Map<String, Memory> remembered, @Nullable Tensor atFirst) {
    this.memories = remembered;
    this.beginning = atFirst;
    return this;
  }

  @Override
  public Map<String, Memory> memories() {
    return memories;
  }

  @Override
  public @Nullable Tensor beginning() {
    return beginning;
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
    if (!training || rate == 0) {
      return tape.filled(shape, 1);
    }
    TapeTensor mask = tape.result(shape, false);
    DropoutMasks.fill(
        mask.data(), mask.offset(), shape.count(), rate, random.stream(name), tape.workers());
    return mask;
  }

  @Override
  public Layer.Output unroll(
      Cell cell, String prefix, Sequence input, CellState initial, boolean reverse) {
    return unroll(cell, prefix, input, initial, reverse, Map.of());
  }

  @Override
  public Layer.Output unroll(
      Cell cell,
      String prefix,
      Sequence input,
      CellState initial,
      boolean reverse,
      Map<String, Memory> memories) {
    return unroller.unroll(
        cell,
        new Unroller.Run(
            tape,
            layerPrefix,
            prefix,
            this::parameter,
            training,
            random.stream(prefix),
            input,
            initial,
            reverse,
            memories,
            observation,
            Observation.prefix(layerPrefix, prefix)));
  }
}
