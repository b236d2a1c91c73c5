/**
 * Stage 3 of the planner: in which order planes are computed, and in which buffers they lie.
 *
 * <p>In: the planes of a step. Out: {@link dev.comporta.cells.plan.compile.Compiled}, a forward and
 * a backward {@link dev.comporta.cells.plan.compile.Program} of {@link
 * dev.comporta.cells.plan.compile.Instruction}s over numbered buffers. It does not depend on the
 * number of timesteps or rows.
 *
 * <p>Not here: arrays. A program is executed by moving a {@code Cursor}, which maps buffers to the
 * arrays of a run (package {@code run}) or of a stream (package {@code stream}).
 *
 * <p>Start reading at: {@code Compiler} (what is stored for the backward pass), then {@code
 * Schedule}, {@code ProgramBuilder}, {@code Instruction}, {@code Cursor}. {@code PlanDescriber}
 * explains a program to users.
 *
 * <p>To add one: an instruction needs a record in {@code Instruction}, and a case in {@code
 * Instructions} that chooses it.
 */
@NullMarked
package dev.comporta.cells.plan.compile;

import org.jspecify.annotations.NullMarked;
