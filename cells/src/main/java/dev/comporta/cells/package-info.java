/**
 * Recurrent cells, written in the notation of their papers, and wrappers that apply to any cell.
 *
 * <p>Not here: unrolling over time, plans, and the layers that run a cell ({@code
 * dev.comporta.cells.layers}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.RnnCell}, then {@link
 * dev.comporta.cells.LstmCell}.
 *
 * <p>To add one: copy {@link dev.comporta.cells.MinimalGatedUnitCell}, name its provider in the
 * module descriptor and in {@code META-INF/services}, and add it to the contract test of the cells.
 *
 * <p>Status: experimental: the names of cells and their options in specifications are permanent,
 * the classes are not.
 */
@NullMarked
package dev.comporta.cells;

import org.jspecify.annotations.NullMarked;
