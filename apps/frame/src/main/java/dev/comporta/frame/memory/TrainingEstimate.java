package dev.comporta.frame.memory;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.cells.explain.TrainingDescription;
import dev.comporta.cells.model.EstimateSettings;
import dev.comporta.cells.model.ModelEstimate;
import dev.comporta.inference.compute.Compute;

/** Describes a training that is only outlined: plans, operations and memory. */
public final class TrainingEstimate {
  private final Catalog catalog;

  /**
   * Creates the estimator.
   *
   * @param catalog where layers, losses and optimizers are found
   */
  public TrainingEstimate(Catalog catalog) {
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
    return ModelEstimate.of(
        outline.model(),
        catalog,
        catalog.loss(outline.loss()),
        new EstimateSettings(
            outline.chunks().getFirst(),
            outline.chunks().subList(1, outline.chunks().size()),
            outline.targetSize(),
            slots(outline),
            compute.execution(),
            compute.workers().threads(),
            compute.backend()));
  }

  /**
   * {@return how many arrays the optimizer has for each parameter}
   *
   * @param outline the training
   */
  public int slots(TrainingOutline outline) {
    return catalog.optimizer(outline.optimizer()).slots().size();
  }
}
