/**
 * Examples of metrics and of recording a training run.
 *
 * <p>Not here: cells and layers (module cells), training (module training).
 *
 * <p>Start reading at: {@link dev.comporta.examples.watching.RareClass}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.watching;

import org.jspecify.annotations.NullMarked;
