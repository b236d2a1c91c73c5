/**
 * The exceptions that are reported to users, and the base of all providers.
 *
 * <p>Not here: anything that computes.
 *
 * <p>Start reading at: {@link dev.comporta.api.ComportaException}.
 *
 * <p>To add one: an error that a caller can handle gets its own class here; its message is one
 * sentence.
 */
@NullMarked
package dev.comporta.api;

import org.jspecify.annotations.NullMarked;
