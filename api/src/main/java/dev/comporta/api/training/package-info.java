/**
 * The components of training: losses, optimizers, learning-rate schedules and initialisers.
 *
 * <p>Not here: the training loop (module training).
 *
 * <p>Start reading at: {@link dev.comporta.api.training.Optimizer}.
 *
 * <p>To add one: implement the contract and register its provider.
 *
 * <p>Status: stable.
 */
@NullMarked
package dev.comporta.api.training;

import org.jspecify.annotations.NullMarked;
