/**
 * Cells and layers that only imported models need: more activations, graphs, affine maps.
 *
 * <p>Not here: the layers of models that are trained here (module cells).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.layers.CustomLstmCell}.
 *
 * <p>To add one: register it in the module descriptor and in META-INF/services.
 */
@NullMarked
package dev.comporta.exchange.layers;

import org.jspecify.annotations.NullMarked;
