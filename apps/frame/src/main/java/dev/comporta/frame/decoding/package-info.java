/**
 * The options of searching for an answer and of sampling one.
 *
 * <p>Not here: the searches (module attention, package decoding).
 *
 * <p>Start reading at: {@link dev.comporta.frame.decoding.DecodingOptions}.
 */
@NullMarked
package dev.comporta.frame.decoding;

import org.jspecify.annotations.NullMarked;
