/**
 * The computation of tensors: the tape (an eager engine with automatic differentiation), the
 * gradients of all operations, threads, storage and random numbers.
 *
 * <p>Not here: the primitives, which the backends implement (packages {@code reference} and {@code
 * simd}).
 *
 * <p>Start reading at: {@link dev.comporta.tensor.Tape}.
 *
 * <p>To add one: a new operation is a record in {@link dev.comporta.api.tensor.Op}, a line in
 * {@link dev.comporta.tensor.Gradients} and a line in {@code Evaluator}.
 *
 * <p>Status: experimental, because the planner and the tape still move parts between them.
 */
@NullMarked
package dev.comporta.tensor;

import org.jspecify.annotations.NullMarked;
