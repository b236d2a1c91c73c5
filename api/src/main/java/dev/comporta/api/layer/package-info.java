/**
 * Layers: maps from a sequence batch to a sequence batch with optional carried state.
 *
 * <p>Not here: cells, which are unrolled by one layer.
 *
 * <p>Start reading at: {@link dev.comporta.api.layer.Layer}.
 *
 * <p>To add one: implement {@link dev.comporta.api.layer.Layer} and register a {@link
 * dev.comporta.api.layer.LayerProvider}.
 */
@NullMarked
package dev.comporta.api.layer;

import org.jspecify.annotations.NullMarked;
