package dev.comporta.frame.memory;

import dev.comporta.frame.compute.Compute;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.cells.model.ForecastSettings;
import dev.comporta.cells.model.ModelForecast;
import dev.comporta.cells.model.SequenceModel;
import jakarta.inject.Inject;
import org.apiguardian.api.API;

/** Describes a training that is only outlined: plans, operations and memory. */
@API(status = API.Status.EXPERIMENTAL)
public final class TrainingForecast {
  private final Catalog catalog;

  /**
   * Creates the forecaster.
   *
   * @param catalog where layers, losses and optimizers are found
   */
  @Inject
  public TrainingForecast(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Describes a training without allocating what it would hold.
   *
   * @param outline the training
   * @param compute what it would run on
   * @return plans, operations and memory of a training step
   * @throws dev.comporta.api.ComportaException if a name is unknown, layers do not fit each other,
   *     or a tensor would have more elements than one can hold
   */
  public TrainingDescription of(TrainingOutline outline, Compute compute) {
    return ModelForecast.of(
        SequenceModel.layers(outline.model(), catalog),
        SequenceModel.inputSize(outline.model()),
        loss(outline),
        new ForecastSettings(
            outline.chunks().getFirst(),
            outline.chunks().subList(1, outline.chunks().size()),
            outline.targetSize(),
            optimizer(outline).slots().size(),
            compute.execution(),
            compute.workers().threads(),
            compute.backend()));
  }

  /**
   * Whether the memory of a model can be predicted.
   *
   * @param outline the training
   * @return false for a model with an encoder
   */
  public static boolean covers(TrainingOutline outline) {
    return outline.model().name().equals(SequenceModel.KIND);
  }

  /**
   * The optimizer's arrays.
   *
   * @param outline the training
   * @return how many there are for each parameter
   */
  public int slots(TrainingOutline outline) {
    return optimizer(outline).slots().size();
  }

  Loss loss(TrainingOutline outline) {
    return catalog.build(
        Kind.LOSS, outline.loss(), (provider, options) -> provider.create(options));
  }

  Optimizer optimizer(TrainingOutline outline) {
    return catalog.build(
        Kind.OPTIMIZER, outline.optimizer(), (provider, options) -> provider.create(options));
  }
}
