/**
 * libtorch, called from Java through DJL: TorchScript programs and a thin layer of Java.
 *
 * <p>Not here: the definition of workloads.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.libtorch.Libtorch}.
 *
 * <p>To add a cell: write its equations in {@code TorchPrograms}.
 */
@NullMarked
package dev.comporta.benchmarks.peers.libtorch;

import org.jspecify.annotations.NullMarked;
