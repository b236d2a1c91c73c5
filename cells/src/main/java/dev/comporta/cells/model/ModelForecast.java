package dev.comporta.cells.model;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryForecast;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.tensor.DryTape;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Says what a training step will take, before anything is allocated: makes the plans, and walks
 * through {@link ModelRunner#train} and {@link ModelRunner#evaluate} on a tape that only counts.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelForecast {
  private final List<Layer> layers;
  private final int inputSize;
  private final Loss loss;
  private final ForecastSettings settings;
  private final DryTape tape;
  private final ForecastPlans plans;

  private ModelForecast(List<Layer> layers, int inputSize, Loss loss, ForecastSettings settings) {
    this.layers = layers;
    this.inputSize = inputSize;
    this.loss = loss;
    this.settings = settings;
    this.tape = new DryTape(settings.backend());
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
   * @throws dev.comporta.api.ComportaException if the layers do not fit each other, or a tensor
   *     would have more elements than one can hold
   */
  public static TrainingDescription of(
      List<Layer> layers, int inputSize, Loss loss, ForecastSettings settings) {
    return new ModelForecast(layers, inputSize, loss, settings).describe();
  }

  private TrainingDescription describe() {
    ForecastWalk step = walk(settings.chunk());
    long training = tape.workspace().used();
    long evaluation = 0;
    for (ForecastChunk other : settings.others()) {
      walk(other);
      long used = tape.workspace().used();
      training = other.training() ? Math.max(training, used) : training;
      evaluation = other.training() ? evaluation : Math.max(evaluation, used);
    }
    List<LayerDescription> descriptions = new ArrayList<>();
    long parameters = 0;
    for (int i = 0; i < layers.size(); i++) {
      LayerDescription description = step.describe(i);
      parameters += description.parameters();
      descriptions.add(description);
    }
    return new TrainingDescription(
        settings.chunk().timesteps(),
        settings.chunk().batch(),
        step.answers(),
        settings.threads(),
        List.copyOf(descriptions),
        step.forwardOperations(),
        step.backwardOperations(),
        new MemoryForecast(
            parameters,
            settings.slots(),
            training,
            evaluation,
            tape.workspace().capacity(),
            plans.packedFloats(),
            tape.scratch(),
            carry()));
  }

  private ForecastWalk walk(ForecastChunk chunk) {
    tape.workspace().reset();
    ForecastWalk walk = new ForecastWalk(layers, tape, plans, chunk);
    walk.run(inputSize, loss, settings.targetSize());
    return walk;
  }

  /** A training keeps one carry; a measurement makes its own. */
  private long carry() {
    int measured = 0;
    for (ForecastChunk other : settings.others()) {
      measured = other.training() ? measured : Math.max(measured, other.batch());
    }
    long floats = 0;
    for (Layer layer : layers) {
      for (StateSpec part : layer.carry()) {
        floats += ((long) settings.chunk().batch() + measured) * part.size();
      }
    }
    return floats;
  }
}
