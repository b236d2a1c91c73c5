package dev.comporta.cells.model;

import dev.comporta.api.tensor.TensorBackend;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a forecast is for.
 *
 * @param timesteps of a chunk
 * @param batch rows
 * @param lengths of the rows, or null if none is shorter than the chunk
 * @param targetSize columns of the target's vectors, or 0 for labels
 * @param slots the optimizer's arrays for each parameter element
 * @param execution by plan or by definition
 * @param threads that share the work
 * @param backend computes
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record ForecastSettings(
    int timesteps,
    int batch,
    int @Nullable [] lengths,
    int targetSize,
    int slots,
    Execution execution,
    int threads,
    TensorBackend backend) {}
