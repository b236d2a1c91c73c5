/**
 * The options of searching for an answer and of sampling one.
 *
 * <p>Not here: the searches (module attention, package decoding).
 *
 * <p>Start reading at: {@link dev.comporta.frame.decoding.DecodingOptions}.
 *
 * <p>Status: experimental, because it follows the decoders.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.decoding;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
