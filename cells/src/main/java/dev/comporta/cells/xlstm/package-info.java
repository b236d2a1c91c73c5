/**
 * The two cells of the xLSTM: exponential gates, with a normaliser and a stabiliser as state.
 *
 * <p>Not here: the blocks around them, which are layers ({@code dev.comporta.cells.layers}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.xlstm.SlstmCell}.
 *
 * <p>To add one: as in {@code dev.comporta.cells}.
 *
 * <p>Status: not exported; the names of cells and their options in specifications are permanent.
 */
@NullMarked
package dev.comporta.cells.xlstm;

import org.jspecify.annotations.NullMarked;
