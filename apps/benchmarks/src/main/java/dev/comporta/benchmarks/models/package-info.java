/**
 * ONNX files to measure: which ones, and on which inputs.
 *
 * <p>Not here: the measurement and its table, and the libraries.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.models.ModelFiles}.
 */
@NullMarked
package dev.comporta.benchmarks.models;

import org.jspecify.annotations.NullMarked;
