/**
 * The planner: traces a cell's step once and compiles it into a fast program for whole sequences,
 * forward and backward, and for streams.
 *
 * <p>A package for each stage, each of which knows only those before it. Package {@code program}
 * has what all of them work towards: the instructions that runs and streams execute, which know
 * nothing of the stages.
 *
 * <ol>
 *   <li>{@code trace}: the step as a graph of nodes.
 *   <li>{@code memory}: the part of the graph that has positions of memories, as programs. Empty
 *       for cells without memories.
 *   <li>{@code planes}: the rest of the graph as blocks of columns.
 *   <li>{@code compile}: planes in order and in buffers, as programs of instructions.
 *   <li>{@code run}: programs over batches of sequences, with gradients.
 *   <li>{@code stream}: programs one timestep at a time, for inference.
 * </ol>
 *
 * <p>Not here: the primitives (the backends) and the definition of a step (the cell, and the tape
 * that runs it by definition).
 *
 * <p>Start reading at: {@link dev.comporta.cells.plan.CellPlan}, which calls the stages in their
 * order for training; {@code StreamPlan} does so for streams.
 */
@NullMarked
package dev.comporta.cells.plan;

import org.jspecify.annotations.NullMarked;
