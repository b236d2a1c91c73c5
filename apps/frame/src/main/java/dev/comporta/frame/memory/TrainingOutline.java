package dev.comporta.frame.memory;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.EstimatedChunk;
import dev.comporta.inference.compute.ComputeChoice;
import java.util.List;

/**
 * A training as far as it is known before the first step: what {@code comporta explain} describes.
 *
 * @param model the layers, as {@link dev.comporta.cells.model.SequenceModel} reads them
 * @param loss the loss by name
 * @param optimizer the optimizer by name
 * @param targetSize columns of the target's vectors, or 0 for labels
 * @param chunks the sizes of what goes through the model: first the usual chunk of training, then
 *     others if there are any, such as the last of an epoch and those of validation
 * @param compute with what
 */
public record TrainingOutline(
    Spec model,
    Spec loss,
    Spec optimizer,
    int targetSize,
    List<EstimatedChunk> chunks,
    ComputeChoice compute) {
  /** Copies the list. */
  public TrainingOutline {
    chunks = List.copyOf(chunks);
    if (chunks.isEmpty() || !chunks.getFirst().training()) {
      throw new IllegalArgumentException("expected a chunk of training first");
    }
  }

  /**
   * {@return this outline with other chunks}
   *
   * @param other the sizes, the usual chunk of training first
   */
  public TrainingOutline with(List<EstimatedChunk> other) {
    return new TrainingOutline(model, loss, optimizer, targetSize, other, compute);
  }
}
