package dev.comporta.cells.model;

import dev.comporta.api.tensor.TensorBackend;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a forecast is for.
 *
 * @param chunk of a training step, whose operations are counted
 * @param others that go through the same runner: the last chunk of an epoch, chunks of validation;
 *     they share its memory and may need more of it
 * @param targetSize columns of the target's vectors, or 0 for labels
 * @param slots the optimizer's arrays for each parameter element
 * @param execution by plan or by definition
 * @param threads that share the work
 * @param backend computes
 */
@API(status = API.Status.EXPERIMENTAL)
public record ForecastSettings(
    ForecastChunk chunk,
    List<ForecastChunk> others,
    int targetSize,
    int slots,
    Execution execution,
    int threads,
    TensorBackend backend) {
  /** Copies the list. */
  public ForecastSettings {
    others = List.copyOf(others);
  }
}
