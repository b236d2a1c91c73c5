package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * One layer of a model.
 *
 * @param name its place, such as {@code layers.1}
 * @param layer the layer's class
 * @param outputSize features of its output
 * @param parameters elements of its parameters
 * @param forwardOperations operations on floats of a training step, forward
 * @param backwardOperations the same, backward
 * @param workspace floats that it takes for a training step, forward and backward
 * @param cells the cells that it runs, none for a layer without recurrence
 */
@API(status = API.Status.EXPERIMENTAL)
public record LayerDescription(
    String name,
    String layer,
    int outputSize,
    long parameters,
    double forwardOperations,
    double backwardOperations,
    long workspace,
    List<CellDescription> cells) {}
