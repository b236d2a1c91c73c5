package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A model and what one of its training steps takes.
 *
 * @param timesteps of a chunk
 * @param batch rows of a batch
 * @param answers timesteps of the output; fewer than those of the chunk where a layer pools
 * @param threads that share the work
 * @param layers first to last
 * @param forwardOperations operations on floats of a training step, forward with the loss
 * @param backwardOperations the same, backward
 * @param memory what a training holds
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingDescription(
    int timesteps,
    int batch,
    int answers,
    int threads,
    List<LayerDescription> layers,
    double forwardOperations,
    double backwardOperations,
    MemoryForecast memory) {}
