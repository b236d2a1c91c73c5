/**
 * Stage 4 of the planner: runs a compiled step over a batch of sequences, forward and backward.
 *
 * <p>In: a {@code Compiled}, a tape, a batch. Out: outputs and the last state on the tape, and
 * after the backward pass the gradients.
 *
 * <p>Not here: inference one timestep at a time (package {@code stream}). Runs know programs only,
 * and none of the stages that create them.
 *
 * <p>Start reading at: {@link dev.comporta.cells.plan.run.SequenceRun}, then {@code RowLayout}
 * (rows of different lengths), {@code LoopTiles} (rows for each thread), {@code HoistedSums} (the
 * products of inputs), {@code BackwardRun}, {@code WeightGradients}. {@code TapeValues} computes
 * what does not depend on the state; {@code Memories} is needed by cells with memories only. {@code
 * PlanMatrices} keeps the packed parameters; chunks of memory come from the tape's workspace.
 */
@NullMarked
package dev.comporta.cells.plan.run;

import org.jspecify.annotations.NullMarked;
