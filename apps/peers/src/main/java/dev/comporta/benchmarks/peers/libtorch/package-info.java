/**
 * libtorch, driven from Java through DJL: TorchScript programs and the thin Java around them.
 *
 * <p>Not here: the choice of workloads.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.libtorch.Libtorch}.
 *
 * <p>To add a cell: write its equations in {@code TorchPrograms}.
 */
@NullMarked
package dev.comporta.benchmarks.peers.libtorch;

import org.jspecify.annotations.NullMarked;
