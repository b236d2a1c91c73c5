/**
 * Deeplearning4j on ND4J's native backend.
 *
 * <p>Not here: cells other than its LSTM and plain RNN.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.dl4j.Deeplearning4j}.
 *
 * <p>To add a workload: add it to {@code Capabilities}, and check that its first loss agrees.
 */
@NullMarked
package dev.comporta.benchmarks.peers.dl4j;

import org.jspecify.annotations.NullMarked;
