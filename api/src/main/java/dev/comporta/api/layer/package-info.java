/**
 * Layers: functions from a batch of sequences to a batch of sequences, with an optional carry.
 *
 * <p>Not here: cells, which the recurrent layers unroll.
 *
 * <p>Start reading at: {@link dev.comporta.api.layer.Layer}.
 *
 * <p>To add one: implement {@link dev.comporta.api.layer.Layer} and register a {@link
 * dev.comporta.api.layer.LayerProvider}.
 *
 * <p>Status: stable, except {@code LabelledLayer}, which one layer implements so far.
 */
@NullMarked
package dev.comporta.api.layer;

import org.jspecify.annotations.NullMarked;
