package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Describes a model and the cost of one of its training steps.
 *
 * @param timesteps the timesteps of a chunk
 * @param batch the rows of a batch
 * @param answers the timesteps of the output; fewer than those of the chunk if a layer pools
 * @param threads the number of threads that share the work
 * @param layers the layers, first to last
 * @param forwardOperations the floating-point operations of the forward pass of a training step,
 *     including the loss
 * @param backwardOperations the floating-point operations of the backward pass
 * @param memory the memory of the training run
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
    MemoryPrediction memory) {}
