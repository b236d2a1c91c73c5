/**
 * What training makes small: losses of labels, of vectors, and of label sequences without
 * alignment.
 *
 * <p>Not here: gradients, which come from the tensor operations that the losses are written in.
 *
 * <p>Start reading at: {@link dev.comporta.training.loss.CrossEntropy}.
 *
 * <p>To add one: copy {@link dev.comporta.training.loss.Mse} and name it in module-info and
 * META-INF/services.
 */
@NullMarked
package dev.comporta.training.loss;

import org.jspecify.annotations.NullMarked;
