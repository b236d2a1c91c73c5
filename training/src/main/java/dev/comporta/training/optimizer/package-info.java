/**
 * Optimizers: SGD with momentum, adaptive methods and the Adam family.
 *
 * <p>Not here: gradients, clipping, schedules, and the storage of an optimizer's state, which
 * belongs to the trainer.
 *
 * <p>Start reading at: {@link dev.comporta.training.optimizer.Sgd}.
 *
 * <p>To add one: copy {@link dev.comporta.training.optimizer.Adagrad} and declare it in module-info
 * and META-INF/services.
 */
@NullMarked
package dev.comporta.training.optimizer;

import org.jspecify.annotations.NullMarked;
