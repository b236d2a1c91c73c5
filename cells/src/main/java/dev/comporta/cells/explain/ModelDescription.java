package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A model and what one of its training steps takes.
 *
 * @param timesteps of a chunk
 * @param batch rows of a batch
 * @param threads that share the work
 * @param layers first to last
 * @param forwardOperations operations on floats of a training step, forward with the loss
 * @param backwardOperations the same, backward
 * @param memory what a training holds
 */
@API(status = API.Status.EXPERIMENTAL)
public record ModelDescription(
    int timesteps,
    int batch,
    int threads,
    List<LayerDescription> layers,
    double forwardOperations,
    double backwardOperations,
    MemoryForecast memory) {}
