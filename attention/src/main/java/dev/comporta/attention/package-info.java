/**
 * Scores of a query against a memory, the reading of a memory by them (masked softmax, context),
 * and the layers of decoders with and without attention.
 *
 * <p>Not here: encoders (module cells), the contract of a score ({@code
 * dev.comporta.api.attention}).
 *
 * <p>Start reading at: {@link dev.comporta.attention.AttentionReader}.
 *
 * <p>To add one: copy {@link dev.comporta.attention.DotAttention} and name its provider in
 * module-info and META-INF/services.
 */
@NullMarked
package dev.comporta.attention;

import org.jspecify.annotations.NullMarked;
