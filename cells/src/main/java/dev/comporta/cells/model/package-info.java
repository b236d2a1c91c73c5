/**
 * Models of stacked layers: built from a specification, and executed forward and backward on a
 * backend.
 *
 * <p>Not here: cells and layers themselves (package {@code cells} and {@code cells.layers}), plans
 * (package {@code cells.plan}), the training loop (module training).
 *
 * <p>Start reading at: {@link dev.comporta.cells.model.ModelRunner}.
 *
 * <p>To add one: a model is a specification; nothing is added here for a new cell or layer.
 *
 * <p>Status: experimental, because states of any shape will change carries and sessions.
 */
@NullMarked
package dev.comporta.cells.model;

import org.jspecify.annotations.NullMarked;
