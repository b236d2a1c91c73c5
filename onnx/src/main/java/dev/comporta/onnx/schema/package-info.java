/**
 * Files of ONNX's schema as untrusted input: models, tensors with their data inside or outside of
 * the file, NumPy arrays.
 *
 * <p>Not here: what nodes mean (packages graph and operators).
 *
 * <p>Start reading at: {@link dev.comporta.onnx.schema.ModelSource}.
 *
 * <p>To add an encoding of tensors: a case in {@code TensorDecoder}.
 */
@NullMarked
package dev.comporta.onnx.schema;

import org.jspecify.annotations.NullMarked;
