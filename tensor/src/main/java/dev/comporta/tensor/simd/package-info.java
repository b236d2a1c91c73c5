/**
 * The SIMD backend, the only user of the Vector API: packed matrix products and vectorised
 * functions.
 *
 * <p>Not here: the definition of a primitive (package {@code reference}).
 *
 * <p>Start reading at: {@code SimdBackend}, then {@code Gemm} for products and {@code Sigmoids} for
 * functions.
 *
 * <p>To add one: a kernel is a static method over float arrays, one family per file; it uses only
 * {@code Lanes.SPECIES}, and calls only the Vector API inside its loop.
 */
@NullMarked
package dev.comporta.tensor.simd;

import org.jspecify.annotations.NullMarked;
