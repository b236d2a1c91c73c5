/**
 * Keras 1, 2 and 3: configurations and weights to our layers.
 *
 * <p>Not here: reading HDF5 (package files).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.keras.KerasImport}.
 *
 * <p>To add one: a case in KerasLayers, or in RecurrentLayers if it is recurrent.
 */
@NullMarked
package dev.comporta.exchange.keras;

import org.jspecify.annotations.NullMarked;
