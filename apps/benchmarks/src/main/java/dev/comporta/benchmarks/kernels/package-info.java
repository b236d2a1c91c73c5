/**
 * JMH benchmarks of the backends' primitives, one class per family of kernels.
 *
 * <p>Not here: layers and models; those are workloads of {@code comporta bench}.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.kernels.MatrixProductBenchmark}.
 *
 * <p>To add one: copy the smallest; {@code docs/performance.md} explains how to run them.
 */
@NullMarked
package dev.comporta.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
