/**
 * The planner: traces a cell's step once and turns it into a fast program for whole sequences,
 * forward and backward.
 *
 * <p>Not here: how a number is computed (the backends) and what a step means (the cell, and the
 * tape that runs it as defined).
 *
 * <p>Start reading at: {@link dev.comporta.cells.plan.CellPlan}, then {@code StepTrace}, {@code
 * PlaneSplitter}, {@code Compiler}, {@code SequenceRun}.
 *
 * <p>To add one: a new operation needs a case in {@code PlaneSplitter} and, if no instruction
 * computes it yet, one in {@code Instructions}; without it, cells that use it run as defined.
 */
@NullMarked
package dev.comporta.cells.plan;

import org.jspecify.annotations.NullMarked;
