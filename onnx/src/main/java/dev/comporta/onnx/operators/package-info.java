/**
 * The operators: for each, what it computes at a node.
 *
 * <p>Not here: the order of nodes, folding and memory (package graph).
 *
 * <p>Start reading at: {@link dev.comporta.onnx.operators.Operators}, which lists all of them.
 *
 * <p>To add an operator: a method in the class of its family and a line in that class's {@code
 * addTo}; the documentation's table follows from it.
 */
@NullMarked
package dev.comporta.onnx.operators;

import org.jspecify.annotations.NullMarked;
