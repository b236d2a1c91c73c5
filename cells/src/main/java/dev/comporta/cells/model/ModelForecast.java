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
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryForecast;
import dev.comporta.cells.explain.ModelDescription;
import dev.comporta.tensor.DryTape;
import dev.comporta.tensor.DryTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Says what a training step will take, before anything is allocated: makes the plans, and walks
 * through {@link ModelRunner#train} on a tape that only counts.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelForecast {
  private final List<Layer> layers;
  private final ForecastSettings settings;
  private final DryTape tape = new DryTape();
  private final ForecastPlans plans;

  private ModelForecast(List<Layer> layers, ForecastSettings settings) {
    this.layers = layers;
    this.settings = settings;
    this.plans = new ForecastPlans(settings);
  }

  /**
   * Describes a training step.
   *
   * @param layers first to last; their parameters need no storage
   * @param inputSize features of a timestep, or 0 where the input is ids
   * @param loss what training makes small
   * @param settings sizes, threads, backend
   * @return plans, operations and memory
   * @throws dev.comporta.api.ComportaException if the layers do not fit each other
   */
  public static ModelDescription of(
      List<Layer> layers, int inputSize, Loss loss, ForecastSettings settings) {
    return new ModelForecast(layers, settings).describe(inputSize, loss);
  }

  private ModelDescription describe(int inputSize, Loss loss) {
    Sequence sequence = input(inputSize);
    List<LayerDescription> descriptions = new ArrayList<>();
    long parameters = 0;
    long carry = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      long used = tape.workspace().peak();
      double operations = tape.operations();
      DryContext context = new DryContext(tape, parameters(layer), plans);
      CellState before = state(layer, context);
      sequence = layer.forward(sequence, before, context).sequence();
      long count = layer.parameters().stream().mapToLong(spec -> spec.shape().count()).sum();
      parameters += count;
      for (StateSpec part : layer.carry()) {
        carry += (long) settings.batch() * part.size();
      }
      descriptions.add(
          new LayerDescription(
              "layers." + i,
              layer.getClass().getSimpleName(),
              layer.outputSize(),
              count,
              tape.operations() - operations,
              tape.workspace().peak() - used,
              List.copyOf(context.cells())));
    }
    Loss.Value value = loss.of(sequence.values(), target(sequence));
    Tensor mean = value.sum().times(1);
    double forward = tape.operations();
    tape.backward(mean);
    return new ModelDescription(
        settings.timesteps(),
        settings.batch(),
        settings.threads(),
        List.copyOf(descriptions),
        forward,
        tape.operations() - forward,
        new MemoryForecast(
            parameters,
            settings.slots(),
            tape.workspace().peak(),
            tape.workspace().capacity(),
            plans.packedFloats(),
            carry));
  }

  private Sequence input(int inputSize) {
    if (inputSize == 0) {
      return Sequence.of(ids(), settings.lengths());
    }
    Shape shape = Shape.of(settings.timesteps(), settings.batch(), inputSize);
    Sequence sequence = Sequence.of(tape.constant(shape), settings.lengths());
    return sequence.lengths() == null ? sequence : sequence.withValues(tape.result(shape, false));
  }

  private Ids ids() {
    int count = Math.multiplyExact(settings.timesteps(), settings.batch());
    return new Ids(settings.timesteps(), settings.batch(), new int[count]);
  }

  private Target target(Sequence output) {
    if (settings.targetSize() == 0) {
      int count = Math.multiplyExact(output.timesteps(), output.batch());
      Ids labels = new Ids(output.timesteps(), output.batch(), new int[count]);
      return Target.labels(labels, output.lengths());
    }
    Shape shape = Shape.of(output.timesteps(), output.batch(), settings.targetSize());
    return Target.values(tape.constant(shape), output.lengths());
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
      DryTensor before = tape.result(Shape.of(settings.batch(), part.size()), false);
      String learned = part.initial();
      parts.put(
          part.name(),
          learned == null
              ? before
              : tape.result(Shape.of(settings.batch(), 1), false)
                  .select(context.parameter(learned), before));
    }
    return CellState.of(parts);
  }
}
