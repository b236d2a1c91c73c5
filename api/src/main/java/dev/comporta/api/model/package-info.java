/**
 * A model as data: the specification (a tree of names and options) and the named parameters.
 *
 * <p>Not here: file formats (module serialization).
 *
 * <p>Start reading at: {@link dev.comporta.api.model.Spec}.
 *
 * <p>To add one: a model is described by a {@link dev.comporta.api.model.Spec}; model files contain
 * nothing else but parameters.
 *
 * <p>Status: stable, except {@code SpecText}, whose notation may grow.
 */
@NullMarked
package dev.comporta.api.model;

import org.jspecify.annotations.NullMarked;
