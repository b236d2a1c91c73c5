/**
 * What the planner produces, and what runs and streams execute: the lowest of its packages, which
 * knows none of the stages.
 *
 * <p>A {@link dev.comporta.cells.plan.program.Compiled} step has a forward and a backward {@link
 * dev.comporta.cells.plan.program.Program} of {@link dev.comporta.cells.plan.program.Instruction}s.
 * Instructions name {@link dev.comporta.cells.plan.program.Place}s in numbered {@link
 * dev.comporta.cells.plan.program.Buffer}s and {@link dev.comporta.cells.plan.program.Block}s of
 * matrices. What is not computed in the loop is a {@link dev.comporta.cells.plan.program.Value}.
 *
 * <p>Not here: arrays, which belong to a run or a stream; a {@code Cursor} maps places to them. How
 * a program comes about (package {@code compile}).
 *
 * <p>Start reading at: {@code Compiled}, then {@code Program}, {@code Instruction}, {@code Cursor}.
 *
 * <p>To add one: an instruction is a record in {@code Instruction}; package {@code compile} chooses
 * it, and {@code Shares} in package {@code stream} divides it among threads if it can.
 */
@NullMarked
package dev.comporta.cells.plan.program;

import org.jspecify.annotations.NullMarked;
