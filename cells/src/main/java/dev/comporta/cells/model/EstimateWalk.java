package dev.comporta.cells.model;

import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import dev.comporta.cells.explain.CellDescription;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.tensor.DryTape;
import dev.comporta.tensor.DryTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one chunk through the layers to the loss and back on a {@link DryTape}. */
final class EstimateWalk {
  private final List<Layer> layers;
  private final DryTape tape;
  private final EstimatedPlans plans;
  private final EstimatedChunk chunk;
  private final List<List<CellDescription>> cells = new ArrayList<>();
  private final Reading[] forward;
  private final Reading[] backward;
  private double forwardOperations;
  private double backwardOperations;
  private int answers;

  /** The counters of a tape at some point. */
  private record Reading(double operations, long used) {}

  EstimateWalk(List<Layer> layers, DryTape tape, EstimatedPlans plans, EstimatedChunk chunk) {
    this.layers = layers;
    this.tape = tape;
    this.plans = plans;
    this.chunk = chunk;
    this.forward = new Reading[layers.size() + 1];
    this.backward = new Reading[layers.size() + 1];
  }

  void run(int inputSize, Loss loss, int targetSize) {
    tape.setRecording(chunk.training());
    double start = tape.operations();
    Sequence sequence = input(inputSize);
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      mark(i);
      DryContext context = new DryContext(tape, parameters(layer), plans, chunk.training());
      CellState before = state(layer, context);
      sequence = layer.forward(sequence, before, context).sequence();
      cells.add(List.copyOf(context.cells()));
    }
    mark(layers.size());
    Tensor prediction = sequence.values();
    answers = sequence.timesteps();
    Loss.Value value = loss.of(prediction, target(targetSize, sequence.lengths()));
    if (!chunk.training()) {
      return;
    }
    Tensor mean = value.sum().times(1);
    forwardOperations = tape.operations() - start;
    tape.backward(mean);
    backwardOperations = tape.operations() - start - forwardOperations;
  }

  /** Reads the tape's counters before a layer's forward pass and after its backward pass. */
  private void mark(int layer) {
    forward[layer] = reading();
    backward[layer] = forward[layer];
    tape.record(() -> backward[layer] = reading());
  }

  private Reading reading() {
    return new Reading(tape.operations(), tape.workspace().used());
  }

  /** Describes a layer after the training step. */
  LayerDescription describe(int index) {
    Layer layer = layers.get(index);
    return new LayerDescription(
        "layers." + index,
        layer.getClass().getSimpleName(),
        layer.outputSize(),
        layer.parameters().stream().mapToLong(spec -> spec.shape().count()).sum(),
        forward[index + 1].operations() - forward[index].operations(),
        backward[index].operations() - backward[index + 1].operations(),
        forward[index + 1].used()
            - forward[index].used()
            + backward[index].used()
            - backward[index + 1].used(),
        cells.get(index));
  }

  double forwardOperations() {
    return forwardOperations;
  }

  double backwardOperations() {
    return backwardOperations;
  }

  /** The number of timesteps of the prediction. */
  int answers() {
    return answers;
  }

  private Sequence input(int inputSize) {
    if (inputSize == 0) {
      return Sequence.of(ids(chunk.timesteps()), chunk.lengths());
    }
    Shape shape = Shape.of(chunk.timesteps(), chunk.batch(), inputSize);
    Sequence sequence = Sequence.of(tape.constant(shape), chunk.lengths());
    return sequence.lengths() == null ? sequence : sequence.withValues(tape.result(shape, false));
  }

  private Ids ids(int timesteps) {
    int count = Shape.of(timesteps, chunk.batch()).count();
    return new Ids(timesteps, chunk.batch(), new int[count]);
  }

  private Target target(int size, int @Nullable [] lengths) {
    if (size == 0) {
      return Target.labels(ids(answers), lengths);
    }
    Shape shape = Shape.of(answers, chunk.batch(), size);
    return Target.values(tape.constant(shape), lengths);
  }

  private Map<String, Tensor> parameters(Layer layer) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : layer.parameters()) {
      tensors.put(spec.name(), tape.variable(spec.shape()));
    }
    layer.borrowed().forEach((name, shape) -> tensors.put(name, tape.variable(shape)));
    return tensors;
  }

  private CellState state(Layer layer, DryContext context) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (StateSpec part : layer.carry()) {
      DryTensor before = tape.result(Shape.of(chunk.batch(), part.size()), false);
      String learned = part.initial();
      parts.put(
          part.name(),
          learned == null
              ? before
              : tape.result(Shape.of(chunk.batch(), 1), false)
                  .select(context.parameter(learned), before));
    }
    return CellState.of(parts);
  }
}
