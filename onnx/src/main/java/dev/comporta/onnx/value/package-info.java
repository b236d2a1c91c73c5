/**
 * The values of ONNX graphs: tensors of every element type, sequences and optionals.
 *
 * <p>Not here: what is computed with them (package operators), how files store them (package
 * schema).
 *
 * <p>Start reading at: {@link dev.comporta.onnx.value.OnnxTensor}.
 *
 * <p>To add an element type: a constant of {@link dev.comporta.onnx.value.ElementType} with its
 * storage.
 *
 * <p>Status: experimental, because the module is new.
 */
@NullMarked
package dev.comporta.onnx.value;

import org.jspecify.annotations.NullMarked;
