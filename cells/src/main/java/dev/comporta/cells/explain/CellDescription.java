package dev.comporta.cells.explain;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Describes how one cell of a layer is executed.
 *
 * @param cell the cell's class
 * @param inputSize the number of input features per timestep
 * @param outputSize the number of output features per timestep
 * @param reverse whether it runs from the last timestep to the first
 * @param plan the plan of its step, or null if it runs by definition
 * @param reason the reason why it runs by definition; empty if it has a plan
 */
@API(status = API.Status.EXPERIMENTAL)
public record CellDescription(
    String cell,
    int inputSize,
    int outputSize,
    boolean reverse,
    @Nullable PlanDescription plan,
    String reason) {}
