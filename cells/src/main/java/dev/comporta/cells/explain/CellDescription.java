package dev.comporta.cells.explain;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How one cell of a layer runs.
 *
 * @param cell the cell's class
 * @param inputSize features of a timestep's input
 * @param outputSize features of its output
 * @param reverse whether it runs from the last timestep to the first
 * @param plan how its step was planned, or null if it runs as defined
 * @param reason why it runs as defined, empty if it has a plan
 */
@API(status = API.Status.EXPERIMENTAL)
public record CellDescription(
    String cell,
    int inputSize,
    int outputSize,
    boolean reverse,
    @Nullable PlanDescription plan,
    String reason) {}
