/**
 * Gradient clipping before an update.
 *
 * <p>Not here: the update itself (package optimizer).
 *
 * <p>Start reading at: {@link dev.comporta.training.clipping.Clipping}.
 *
 * <p>To add one: write a record that implements {@link dev.comporta.training.clipping.Clipping},
 * and add its name to the factory method there.
 *
 * <p>Status: experimental, until clipping is a provider like the others.
 */
@NullMarked
package dev.comporta.training.clipping;

import org.jspecify.annotations.NullMarked;
