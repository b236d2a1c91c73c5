/**
 * Descriptions of a training run before it starts: the plan of each cell's step, the operations of
 * a training step and the memory that it needs. Data only.
 *
 * <p>Not here: the planner that makes plans, and the output of a description.
 *
 * <p>Start reading at: {@link dev.comporta.cells.explain.TrainingDescription}, then {@link
 * dev.comporta.cells.explain.PlanDescription}.
 *
 * <p>To add one: a new figure is a component of the record that it belongs to, computed by {@code
 * ModelEstimate} or by the planner.
 *
 * <p>Status: experimental, because descriptions follow the planner.
 */
@NullMarked
package dev.comporta.cells.explain;

import org.jspecify.annotations.NullMarked;
