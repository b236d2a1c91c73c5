/**
 * Our models as ONNX graphs.
 *
 * <p>Not here: running graphs (packages graph and operators).
 *
 * <p>Start reading at: {@link dev.comporta.onnx.export.OnnxExport}.
 *
 * <p>To add a layer: a case in {@code LayerExport}, and in the test that exports every layer.
 *
 * <p>Status: experimental, because the module is new.
 */
@NullMarked
package dev.comporta.onnx.export;

import org.jspecify.annotations.NullMarked;
