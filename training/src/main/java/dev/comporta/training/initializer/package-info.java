/**
 * Initialisers of parameters: constants, uniform and normal distributions, variance scaling,
 * orthogonal and identity matrices, gate biases.
 *
 * <p>Not here: which initialiser a parameter uses; a cell declares it in its {@link
 * dev.comporta.api.model.ParameterSpec}.
 *
 * <p>Start reading at: {@link dev.comporta.training.initializer.VarianceScaling}.
 *
 * <p>To add one: copy {@link dev.comporta.training.initializer.Uniform} and declare it in
 * module-info and META-INF/services.
 */
@NullMarked
package dev.comporta.training.initializer;

import org.jspecify.annotations.NullMarked;
