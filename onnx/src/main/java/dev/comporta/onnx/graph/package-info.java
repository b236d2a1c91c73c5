/**
 * Graphs made ready to run: nodes in order, names resolved to slots, constants folded, memory
 * released after the last use.
 *
 * <p>Not here: what nodes compute (package operators), how files are read (package schema).
 *
 * <p>Start reading at: {@code GraphCompiler}, then {@link dev.comporta.onnx.graph.GraphPlan}.
 *
 * <p>To add an optimisation: a pass over the nodes in {@code GraphCompiler}.
 */
@NullMarked
package dev.comporta.onnx.graph;

import org.jspecify.annotations.NullMarked;
