/**
 * Stage 1 of the planner: what a step computes.
 *
 * <p>In: a cell, or a stack of layers for one timestep. Out: a {@link
 * dev.comporta.cells.plan.trace.StepTrace}, the graph of its step: {@link
 * dev.comporta.cells.plan.trace.Node}s for the values, and for training also for their cotangents.
 * A step that cannot be represented by a graph is rejected with the reason.
 *
 * <p>Not here: any decision about how, when and where a value is computed; no later stage is known
 * here.
 *
 * <p>Start reading at: {@code Node}, then {@code Trace} (the tensors that record instead of
 * computing), {@code StepTrace} and {@code StreamTrace}, {@code StepCheck}. {@code Positions} marks
 * the axes that have the length of a memory; {@code ScaledInputs} moves values of inputs into the
 * loop; {@code Values} translates nodes to what a program keeps of them.
 *
 * <p>To add one: a new operation is traced by itself, because {@code Trace} accepts every {@code
 * Op}; only one that is simplified at tracing, or whose result depends on the number of positions,
 * needs a line in {@code Trace} or {@code Positions}.
 */
@NullMarked
package dev.comporta.cells.plan.trace;

import org.jspecify.annotations.NullMarked;
