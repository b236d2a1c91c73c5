/**
 * Our models as ONNX graphs.
 *
 * <p>Not here: running graphs (packages graph and operators).
 *
 * <p>Start reading at: {@code LayerExport}.
 *
 * <p>To add a layer: a case in {@code LayerExport}, and in the test that exports every layer.
 */
@NullMarked
package dev.comporta.onnx.export;

import org.jspecify.annotations.NullMarked;
