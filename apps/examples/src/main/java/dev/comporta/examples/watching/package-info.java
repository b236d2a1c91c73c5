/**
 * Measures of answers, and what a training writes about itself.
 *
 * <p>Not here: cells and layers (module cells), training (module training).
 *
 * <p>Start reading at: {@link dev.comporta.examples.watching.RareClass}.
 *
 * <p>To add one: a class with a {@code main}, and a block on a page of the guide that shows it.
 */
@NullMarked
package dev.comporta.examples.watching;

import org.jspecify.annotations.NullMarked;
