package dev.comporta.cells.model;

import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.tensor.DryTape;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Estimates the memory and operations of a training step before anything is allocated: makes the
 * plans, and follows {@link ModelRunner#train} and {@link ModelRunner#evaluate} on a {@link
 * dev.comporta.tensor.DryTape}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelEstimate {
  private final List<Layer> layers;
  private final int inputSize;
  private final Loss loss;
  private final EstimateSettings settings;
  private final DryTape tape;
  private final EstimatedPlans plans;

  private ModelEstimate(List<Layer> layers, int inputSize, Loss loss, EstimateSettings settings) {
    this.layers = layers;
    this.inputSize = inputSize;
    this.loss = loss;
    this.settings = settings;
    this.tape = new DryTape(settings.backend());
    this.plans = new EstimatedPlans(settings);
  }

  /**
   * Describes a training step.
   *
   * @param layers the layers, first to last; their parameters need no storage
   * @param inputSize the number of input features, or 0 if the input is ids
   * @param loss the objective to minimise
   * @param settings sizes, threads and backend
   * @return plans, operations and memory
   * @throws dev.comporta.api.ComportaException if the layers are incompatible, or a tensor would
   *     exceed the maximum size
   */
  public static TrainingDescription of(
      List<Layer> layers, int inputSize, Loss loss, EstimateSettings settings) {
    return new ModelEstimate(layers, inputSize, loss, settings).describe();
  }

  private TrainingDescription describe() {
    EstimateWalk step = walk(settings.chunk());
    long training = tape.workspace().used();
    long evaluation = 0;
    for (EstimatedChunk other : settings.others()) {
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
        new MemoryPrediction(
            parameters,
            settings.slots(),
            training,
            evaluation,
            tape.workspace().capacity(),
            plans.packedFloats(),
            tape.scratch(),
            carry()));
  }

  private EstimateWalk walk(EstimatedChunk chunk) {
    tape.workspace().reset();
    EstimateWalk walk = new EstimateWalk(layers, tape, plans, chunk);
    walk.run(inputSize, loss, settings.targetSize());
    return walk;
  }

  /** Training keeps one carry; evaluation creates its own. */
  private long carry() {
    int measured = 0;
    for (EstimatedChunk other : settings.others()) {
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
