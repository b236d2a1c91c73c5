/**
 * Examples of cells and layers: options, gates, streaming.
 *
 * <p>Not here: cells and layers (module cells), training (module training).
 *
 * <p>Start reading at: {@link dev.comporta.examples.layers.Gates}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.layers;

import org.jspecify.annotations.NullMarked;
