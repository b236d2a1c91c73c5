/**
 * The planner: traces a cell's step once and compiles it into a fast program for whole sequences,
 * forward and backward, and for streams.
 *
 * <p>One package per stage. {@code trace}, {@code memory}, {@code planes} and {@code compile} each
 * depend only on earlier ones. Their result is in {@code program}: the instructions that {@code
 * run} and {@code stream} execute. Those two depend on {@code program} only, except where {@code
 * StreamLayer} calls {@code Compiler}.
 *
 * <ul>
 *   <li>{@code trace}: the step as a graph of nodes.
 *   <li>{@code memory}: the part of the graph that has positions of memories, as programs. Empty
 *       for cells without memories.
 *   <li>{@code planes}: the rest of the graph as blocks of columns.
 *   <li>{@code compile}: planes in order and in buffers, as programs of instructions.
 *   <li>{@code run}: programs over batches of sequences, with gradients.
 *   <li>{@code stream}: programs one timestep at a time, for inference.
 * </ul>
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
