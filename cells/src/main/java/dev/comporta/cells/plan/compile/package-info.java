/**
 * Stage 3 of the planner: in which order planes are computed, and in which buffers they lie.
 *
 * <p>In: the planes of a step. Out: a {@link dev.comporta.cells.plan.program.Compiled}.
 *
 * <p>Not here: what instructions do (package {@code program}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.plan.compile.Compiler}, which calls the stages,
 * then {@code StepPlanes} (the results), {@code GradientPlanes} (the cotangents that are needed),
 * {@code SavedPlanes} (what is stored for the backward pass), {@code ForwardCompiler} and {@code
 * BackwardCompiler}; the latter stores cotangents in place of values that are read no more ({@code
 * InPlaceOrder}, {@code UnreadPlaces}). Both use {@code Schedule} (the order), {@code
 * ProgramBuilder} (the places) and {@code Instructions}. {@code PlanDescriber} describes a compiled
 * step to users.
 *
 * <p>To add one: a plane that is computed in a new way needs a case in {@code Instructions}.
 */
@NullMarked
package dev.comporta.cells.plan.compile;

import org.jspecify.annotations.NullMarked;
