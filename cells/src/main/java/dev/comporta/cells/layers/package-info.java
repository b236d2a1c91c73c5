/**
 * Layers: functions from a batch of sequences to a batch of sequences.
 *
 * <p>Not here: cells ({@link dev.comporta.cells}), losses, and the execution of models (package
 * {@code cells.model}).
 *
 * <p>Start reading at: {@link dev.comporta.cells.layers.DenseLayer}, then {@link
 * dev.comporta.cells.layers.RecurrentLayer}.
 *
 * <p>To add one: implement {@link dev.comporta.api.layer.Layer}, name its provider in the module
 * descriptor and in {@code META-INF/services}, and add it to the contract test of the layers.
 *
 * <p>Status: experimental: the names of layers and their options in specifications are permanent,
 * the classes are not.
 */
@NullMarked
package dev.comporta.cells.layers;

import org.jspecify.annotations.NullMarked;
