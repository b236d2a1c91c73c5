/**
 * Deeplearning4j: configurations and flat parameters to our layers.
 *
 * <p>Not here: reading ND4J's arrays (package files).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.dl4j.Dl4jImport}.
 *
 * <p>To add one: a case in Dl4jLayers.
 */
@NullMarked
package dev.comporta.exchange.dl4j;

import org.jspecify.annotations.NullMarked;
