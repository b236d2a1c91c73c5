/**
 * Cells whose states are maps: pictures of several channels, which the step convolves.
 *
 * <p>Not here: convolutions of whole sequences and of single pictures, which are layers ({@code
 * dev.comporta.cells.layers}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.convolutional.ConvLstmCell}.
 *
 * <p>To add one: as in {@code dev.comporta.cells}.
 *
 * <p>Status: not exported; the names of cells and their options in specifications are permanent.
 */
@NullMarked
package dev.comporta.cells.convolutional;

import org.jspecify.annotations.NullMarked;
