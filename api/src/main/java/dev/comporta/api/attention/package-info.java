/**
 * Attention: scores of a query against a memory of annotations.
 *
 * <p>Not here: decoders and searches (module attention).
 *
 * <p>Start reading at: {@link dev.comporta.api.attention.Attention}.
 *
 * <p>To add one: implement {@link dev.comporta.api.attention.Attention} and register its provider.
 */
@NullMarked
package dev.comporta.api.attention;

import org.jspecify.annotations.NullMarked;
