package dev.comporta.cells.model;

import dev.comporta.api.tensor.TensorBackend;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The settings of a memory and cost estimate.
 *
 * @param chunk the chunk of a training step, whose operations are counted
 * @param others other chunks that use the same runner, such as the last chunk of an epoch and
 *     validation chunks; they share its memory and may need more
 * @param targetSize the features of the target, or 0 for labels
 * @param slots the number of the optimizer's state arrays
 * @param execution whether cells run by plan or by definition
 * @param threads the number of threads that share the work
 * @param backend the backend
 */
@API(status = API.Status.EXPERIMENTAL)
public record EstimateSettings(
    EstimatedChunk chunk,
    List<EstimatedChunk> others,
    int targetSize,
    int slots,
    Execution execution,
    int threads,
    TensorBackend backend) {
  /** Copies the list. */
  public EstimateSettings {
    others = List.copyOf(others);
  }
}
