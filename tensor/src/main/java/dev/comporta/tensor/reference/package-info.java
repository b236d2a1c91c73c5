/**
 * The reference backend: plain loops, the executable definition of every primitive.
 *
 * <p>Not here: optimised kernels (package {@code simd}).
 *
 * <p>Start reading at: {@link dev.comporta.tensor.reference.ReferenceBackendProvider}.
 *
 * <p>To add one: a new primitive is defined here first; the contract tests compare every other
 * backend with it.
 */
@NullMarked
package dev.comporta.tensor.reference;

import org.jspecify.annotations.NullMarked;
