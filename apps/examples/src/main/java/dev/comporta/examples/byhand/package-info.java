/**
 * Recurrent networks with hand-set weights that show what a recurrent network can compute.
 *
 * <p>Not here: trained networks.
 *
 * <p>Start reading at: {@link dev.comporta.examples.byhand.Sum}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.byhand;

import org.jspecify.annotations.NullMarked;
