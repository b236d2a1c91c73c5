/**
 * Recurrent networks whose weights are set by hand, to see what they do.
 *
 * <p>Not here: anything that is trained.
 *
 * <p>Start reading at: {@link dev.comporta.examples.byhand.Sum}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.byhand;

import org.jspecify.annotations.NullMarked;
