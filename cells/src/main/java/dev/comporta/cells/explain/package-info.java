/**
 * What is known about a training before it runs: how each cell's step was planned, how many
 * operations a training step takes and how much memory it holds. Data only.
 *
 * <p>Not here: the planner that makes plans, and how a description is printed.
 *
 * <p>Start reading at: {@link dev.comporta.cells.explain.TrainingDescription}, then {@link
 * dev.comporta.cells.explain.PlanDescription}.
 *
 * <p>To add one: a figure that a user needs is a component of the record that it belongs to, filled
 * in by {@code ModelForecast} or by the planner.
 */
@NullMarked
package dev.comporta.cells.explain;

import org.jspecify.annotations.NullMarked;
