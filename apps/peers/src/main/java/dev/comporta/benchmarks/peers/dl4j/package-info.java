/**
 * Deeplearning4j on ND4J's native backend.
 *
 * <p>Not here: cells that it lacks; it has an LSTM and a plain RNN.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.dl4j.Deeplearning4j}.
 *
 * <p>To add a workload: name it in {@code Capabilities}, and see that its first loss agrees.
 */
@NullMarked
package dev.comporta.benchmarks.peers.dl4j;

import org.jspecify.annotations.NullMarked;
