/**
 * The planner: traces a cell's step once and compiles it into a fast program for whole sequences,
 * forward and backward.
 *
 * <p>Not here: the primitives (the backends) and the definition of a step (the cell, and the tape
 * that runs it by definition).
 *
 * <p>Start reading at: {@link dev.comporta.cells.plan.CellPlan}, then {@code StepTrace}, {@code
 * PlaneSplitter}, {@code Compiler}, {@code SequenceRun}.
 *
 * <p>To add one: a new operation needs a case in {@code PlaneSplitter} and, if no instruction
 * computes it yet, one in {@code Instructions}; without it, cells that use it run by definition.
 */
@NullMarked
package dev.comporta.cells.plan;

import org.jspecify.annotations.NullMarked;
