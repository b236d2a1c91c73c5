/**
 * Limits on gradients before an update.
 *
 * <p>Not here: the update itself (package optimizer).
 *
 * <p>Start reading at: {@link dev.comporta.training.clipping.Clipping}.
 *
 * <p>To add one: a record of {@link dev.comporta.training.clipping.Clipping}, its name in the
 * factory there.
 */
@NullMarked
package dev.comporta.training.clipping;

import org.jspecify.annotations.NullMarked;
