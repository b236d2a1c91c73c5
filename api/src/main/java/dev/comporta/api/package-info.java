/**
 * The exceptions that are reported to users, and the base of all providers.
 *
 * <p>Not here: anything that computes.
 *
 * <p>Start reading at: {@link dev.comporta.api.ComportaException}.
 *
 * <p>To add one: an error that a caller can handle gets its own class here; its message is one
 * sentence.
 *
 * <p>Status: the exceptions and {@link dev.comporta.api.NamedProvider} are stable. The helpers are
 * experimental, because they serve our own modules and may move.
 */
@NullMarked
package dev.comporta.api;

import org.jspecify.annotations.NullMarked;
