/**
 * The benchmark behind {@code comporta bench}: its rows, their order and the comparison with peers.
 *
 * <p>Not here: the workloads in each library ({@code ours}, {@code peers}), JMH benchmarks of
 * single kernels ({@code kernels}), what the machine can do ({@code bounds}), the C++ program that
 * runs RTNeural ({@code rtneural}).
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.Bench}.
 *
 * <p>To add a row: add it to {@link dev.comporta.benchmarks.peers.Workloads}.
 */
@NullMarked
package dev.comporta.benchmarks;

import org.jspecify.annotations.NullMarked;
