/**
 * ONNX Runtime: runs a model with one recurrent node, which is written here.
 *
 * <p>Not here: general export to ONNX; only the two operators that the benchmark needs are written.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.onnxruntime.OnnxRuntime}.
 *
 * <p>To add a cell: add its operator and gate order to {@code OnnxModel}.
 */
@NullMarked
package dev.comporta.benchmarks.peers.onnxruntime;

import org.jspecify.annotations.NullMarked;
