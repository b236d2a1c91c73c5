/**
 * Attention: scores of a query for every position of a memory.
 *
 * <p>Not here: decoders and beam search (module attention).
 *
 * <p>Start reading at: {@link dev.comporta.api.attention.Attention}.
 *
 * <p>To add one: implement {@link dev.comporta.api.attention.Attention} and register its provider.
 *
 * <p>Status: {@code Attention} and its provider are stable. Windows and past weights are
 * experimental, because so far only our own scores use them.
 */
@NullMarked
package dev.comporta.api.attention;

import org.jspecify.annotations.NullMarked;
