/**
 * The SIMD backend, the only user of the Vector API: packed matrix products and vectorised
 * functions.
 *
 * <p>Not here: what a primitive means, which the reference backend defines.
 *
 * <p>Start reading at: {@code SimdBackend}, then {@code Gemm} for products and {@code Sigmoids} for
 * functions.
 *
 * <p>To add one: a kernel is a static method over float arrays, one family a file; it uses {@code
 * Lanes.SPECIES} and no other width, and calls nothing but the Vector API inside its loop.
 */
@NullMarked
package dev.comporta.tensor.simd;

import org.jspecify.annotations.NullMarked;
