/**
 * The benchmark that {@code comporta bench} runs: which rows, in which order, against whom.
 *
 * <p>Not here: what a library does ({@code ours}, {@code peers}), kernels alone ({@code kernels}).
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.Bench}.
 *
 * <p>To add a row: name it in {@link dev.comporta.benchmarks.peers.Workloads}.
 */
@NullMarked
package dev.comporta.benchmarks;

import org.jspecify.annotations.NullMarked;
