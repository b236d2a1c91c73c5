/**
 * Cells that multiply no matrix by their state: it enters linearly or element by element, so that
 * everything else can be computed for all timesteps at once.
 *
 * <p>Not here: cells with recurrent products ({@code dev.comporta.cells}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.elementwise.MinGruCell}, the smallest one.
 *
 * <p>To add one: as in {@code dev.comporta.cells}.
 *
 * <p>Status: not exported; the names of cells and their options in specifications are permanent.
 */
@NullMarked
package dev.comporta.cells.elementwise;

import org.jspecify.annotations.NullMarked;
