/**
 * Losses: the objectives that training minimises, for labels, for vectors and for label sequences
 * without alignment.
 *
 * <p>Not here: gradients; they follow from the tensor operations that a loss is composed of.
 *
 * <p>Start reading at: {@link dev.comporta.training.loss.CrossEntropy}.
 *
 * <p>To add one: copy {@link dev.comporta.training.loss.Mse} and declare it in module-info and
 * META-INF/services.
 */
@NullMarked
package dev.comporta.training.loss;

import org.jspecify.annotations.NullMarked;
