/**
 * How parameters start: constants, uniform and normal distributions, scaled by fans, orthogonal,
 * identity, gate biases.
 *
 * <p>Not here: which parameter gets which; a cell says so in its {@link
 * dev.comporta.api.model.ParameterSpec}.
 *
 * <p>Start reading at: {@link dev.comporta.training.initializer.VarianceScaling}.
 *
 * <p>To add one: copy {@link dev.comporta.training.initializer.Uniform} and name it in module-info
 * and META-INF/services.
 */
@NullMarked
package dev.comporta.training.initializer;

import org.jspecify.annotations.NullMarked;
