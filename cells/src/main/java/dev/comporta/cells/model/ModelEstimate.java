package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.training.Loss;
import dev.comporta.cells.explain.LayerDescription;
import dev.comporta.cells.explain.MemoryPrediction;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.tensor.Tape;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Tells the memory and operations of a training step before anything is allocated: the pass that
 * {@link ModelRunner#train} and {@link ModelRunner#evaluate} make runs on a tape that {@linkplain
 * Tape#counting counts}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ModelEstimate {
  private final SequenceModel model;
  private final Loss loss;
  private final EstimateSettings settings;
  private final Tape tape;
  private final Unroller unroller;

  private ModelEstimate(SequenceModel model, Loss loss, EstimateSettings settings) {
    this.model = model;
    this.loss = loss;
    this.settings = settings;
    this.tape = Tape.counting(settings.backend(), settings.threads());
    this.unroller =
        switch (settings.execution()) {
          case PLAN -> new PlanUnroller(reason -> {}); // each description has it
          case DEFINITION -> new DefinitionUnroller();
        };
  }

  /**
   * Describes a training step.
   *
   * @param spec the model's specification, see {@link SequenceModel}
   * @param catalog used to look up layers and cells
   * @param loss the objective to minimise
   * @param settings sizes, threads and backend
   * @return plans, operations and memory
   * @throws dev.comporta.api.ComportaException if a name is unknown, the layers are incompatible,
   *     or a tensor would exceed the maximum size
   */
  public static TrainingDescription of(
      Spec spec, Catalog catalog, Loss loss, EstimateSettings settings) {
    return of(ModelLayers.of(spec, catalog).outline(), loss, settings);
  }

  /** Describes a training step of a model, whose parameters need no storage. */
  static TrainingDescription of(SequenceModel model, Loss loss, EstimateSettings settings) {
    return new ModelEstimate(model, loss, settings).describe();
  }

  private TrainingDescription describe() {
    CountedPass step = run(settings.chunk());
    List<LayerDescription> layers = step.layers();
    long training = tape.workspace().used();
    long evaluation = 0;
    for (EstimatedChunk other : settings.others()) {
      run(other);
      long used = tape.workspace().used();
      training = other.training() ? Math.max(training, used) : training;
      evaluation = other.training() ? evaluation : Math.max(evaluation, used);
    }
    return new TrainingDescription(
        settings.chunk().timesteps(),
        settings.chunk().batch(),
        step.answers(),
        settings.threads(),
        layers,
        step.forwardOperations(),
        step.backwardOperations(),
        new MemoryPrediction(
            model.parameters().count(),
            settings.slots(),
            training,
            evaluation,
            tape.workspace().capacity(),
            unroller.packedFloats(),
            tape.tally().scratch(),
            carry()));
  }

  private CountedPass run(EstimatedChunk chunk) {
    CountedPass pass = new CountedPass(model, tape, unroller);
    pass.run(chunk, loss, settings.targetSize());
    return pass;
  }

  /** Training keeps one carry; evaluation creates its own. */
  private long carry() {
    EstimatedChunk largest = null;
    for (EstimatedChunk other : settings.others()) {
      if (!other.training() && (largest == null || other.batch() > largest.batch())) {
        largest = other;
      }
    }
    return carry(settings.chunk()) + (largest == null ? 0 : carry(largest));
  }

  private long carry(EstimatedChunk chunk) {
    long floats = 0;
    for (var layer : model.layers()) {
      for (StateSpec part : layer.carry()) {
        int columns = part.memory() == null ? part.size() : chunk.encoded().timesteps();
        floats += (long) chunk.batch() * columns;
      }
    }
    return floats;
  }
}
