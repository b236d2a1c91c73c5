/**
 * The neural Turing machine: a cell with a memory matrix that its heads read and write.
 *
 * <p>Not here: memories that are constant over a sequence, as in attention (module attention).
 *
 * <p>Start reading at: {@link dev.comporta.cells.turing.NeuralTuringMachineCell}, then {@code
 * Addressing}.
 *
 * <p>To add a way of addressing: extend {@code HeadLayout} by its numbers and {@code Addressing} by
 * its formula.
 *
 * <p>Status: not exported; the names of cells and their options in specifications are permanent.
 */
@NullMarked
package dev.comporta.cells.turing;

import org.jspecify.annotations.NullMarked;
