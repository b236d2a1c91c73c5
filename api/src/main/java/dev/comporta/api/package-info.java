/**
 * What every contract shares: the errors that speak to the user and the base of all providers.
 *
 * <p>Not here: anything that computes.
 *
 * <p>Start reading at: {@link dev.comporta.api.ComportaException}.
 *
 * <p>To add one: an error that a caller can act on gets a class of its own here; its text is one
 * sentence.
 */
@NullMarked
package dev.comporta.api;

import org.jspecify.annotations.NullMarked;
