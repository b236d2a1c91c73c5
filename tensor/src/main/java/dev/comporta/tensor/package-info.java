/**
 * How numbers are computed: the tape (eager engine with gradients), the table of gradients,
 * threads, storage, random numbers.
 *
 * <p>Not here: the primitives themselves, which are the backends' (packages {@code reference} and
 * {@code simd}).
 *
 * <p>Start reading at: {@link dev.comporta.tensor.Tape}.
 *
 * <p>To add one: a new operation is a record in {@link dev.comporta.api.tensor.Op}, a line in
 * {@link dev.comporta.tensor.Gradients} and a line in {@code Evaluator}.
 */
@NullMarked
package dev.comporta.tensor;

import org.jspecify.annotations.NullMarked;
