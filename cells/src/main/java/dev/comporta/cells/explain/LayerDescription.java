package dev.comporta.cells.explain;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Describes one layer of a model.
 *
 * @param name its name, such as {@code layers.1}
 * @param layer the layer's class
 * @param outputSize the number of output features per timestep
 * @param parameters the number of elements of its parameters
 * @param forwardOperations the floating-point operations of the forward pass of a training step
 * @param backwardOperations the floating-point operations of its backward pass
 * @param workspace the floats of workspace for a training step, forward and backward
 * @param cells the cells that it runs; none for a layer that is not recurrent
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
