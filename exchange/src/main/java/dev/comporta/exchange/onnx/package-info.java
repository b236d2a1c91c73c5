/**
 * ONNX files whose graph is a chain of layers that we have.
 *
 * <p>Not here: reading, running and writing ONNX (module onnx).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.onnx.OnnxImport}.
 *
 * <p>To add a layer: a case in {@code ChainMatcher} of the module onnx.
 */
@NullMarked
package dev.comporta.exchange.onnx;

import org.jspecify.annotations.NullMarked;
