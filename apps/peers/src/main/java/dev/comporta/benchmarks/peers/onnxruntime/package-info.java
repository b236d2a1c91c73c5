/**
 * ONNX Runtime: one recurrent node in a model that is written here, run from Java.
 *
 * <p>Not here: general export to ONNX; this writes the two operators that the benchmark needs.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.onnxruntime.OnnxRuntime}.
 *
 * <p>To add a cell: give {@code OnnxModel} its operator and gate order.
 */
@NullMarked
package dev.comporta.benchmarks.peers.onnxruntime;

import org.jspecify.annotations.NullMarked;
