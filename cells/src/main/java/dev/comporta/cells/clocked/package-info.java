/**
 * Cells whose state contains a clock: some units rest while others are updated.
 *
 * <p>Not here: cells whose units are all updated at every timestep ({@code dev.comporta.cells}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.clocked.ClockworkCell}.
 *
 * <p>To add one: as in {@code dev.comporta.cells}.
 *
 * <p>Status: not exported; the names of cells and their options in specifications are permanent.
 */
@NullMarked
package dev.comporta.cells.clocked;

import org.jspecify.annotations.NullMarked;
