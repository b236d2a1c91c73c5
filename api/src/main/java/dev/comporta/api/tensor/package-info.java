/**
 * Tensors, the operations on them, and the backend primitives that compute them.
 *
 * <p>Not here: implementations of operations, gradients and backends (module tensor).
 *
 * <p>Start reading at: {@link dev.comporta.api.tensor.Tensor}.
 *
 * <p>To add one: a new operation is a record in {@link dev.comporta.api.tensor.Op}; the build fails
 * until its value and gradient are implemented.
 *
 * <p>Status: {@code Tensor}, {@code Shape} and what a cell is handed are stable. Operations and
 * backends are experimental, because each new operation extends them.
 */
@NullMarked
package dev.comporta.api.tensor;

import org.jspecify.annotations.NullMarked;
