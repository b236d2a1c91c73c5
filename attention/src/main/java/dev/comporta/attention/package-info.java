/**
 * Attention scores, the reading of a memory with them (masked softmax, context), and decoder layers
 * with and without attention.
 *
 * <p>Not here: encoders (module cells), the interface of a score ({@code
 * dev.comporta.api.attention}).
 *
 * <p>Start reading at: {@link dev.comporta.attention.AttentionReader}.
 *
 * <p>To add a score: copy {@link dev.comporta.attention.DotAttention} and declare its provider in
 * module-info and META-INF/services.
 *
 * <p>Status: experimental: the names of layers and scores in specifications are permanent, the
 * classes are not.
 */
@NullMarked
package dev.comporta.attention;

import org.jspecify.annotations.NullMarked;
