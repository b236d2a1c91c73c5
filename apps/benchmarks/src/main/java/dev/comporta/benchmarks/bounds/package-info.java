/**
 * What a machine can do at most, measured by kernels of the benchmark's own: multiply-adds and
 * reads.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.BoundsProbe}. To add a bound, add a kernel to
 * {@code BoundKernels} and a component to {@link dev.comporta.benchmarks.Bounds}.
 */
@NullMarked
package dev.comporta.benchmarks.bounds;

import org.jspecify.annotations.NullMarked;
