/**
 * Rules that move parameters against their gradients: SGD and its momentum, the adaptive rules, the
 * Adam family.
 *
 * <p>Not here: gradients, clipping, schedules, and the storage of a rule's memory, which the
 * trainer owns.
 *
 * <p>Start reading at: {@link dev.comporta.training.optimizer.Sgd}.
 *
 * <p>To add one: copy {@link dev.comporta.training.optimizer.Adagrad} and name it in module-info
 * and META-INF/services.
 */
@NullMarked
package dev.comporta.training.optimizer;

import org.jspecify.annotations.NullMarked;
