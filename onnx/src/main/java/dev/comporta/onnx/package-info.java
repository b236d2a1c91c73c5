/**
 * ONNX: {@link dev.comporta.onnx.OnnxModel} runs files of other tools, {@link
 * dev.comporta.onnx.OnnxStream} runs them step by step, {@link dev.comporta.onnx.OnnxCheck}
 * compares them with stored outputs.
 *
 * <p>Not here: the commands (module cli), models of layers made from graphs (module exchange).
 *
 * <p>Start reading at: {@link dev.comporta.onnx.OnnxModel}.
 *
 * <p>To add an operator: see the package operators.
 *
 * <p>Status: experimental, because the module is new.
 */
@NullMarked
package dev.comporta.onnx;

import org.jspecify.annotations.NullMarked;
