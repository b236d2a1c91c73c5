/**
 * Cells and layers in use: their options, gates, streams.
 *
 * <p>Not here: cells and layers (module cells), training (module training).
 *
 * <p>Start reading at: {@link dev.comporta.examples.layers.Gates}.
 *
 * <p>To add one: a class with a {@code main}, and a block on a page of the guide that shows it.
 */
@NullMarked
package dev.comporta.examples.layers;

import org.jspecify.annotations.NullMarked;
