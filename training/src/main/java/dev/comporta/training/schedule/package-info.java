/**
 * The learning rate over the course of training, as pure functions of the progress.
 *
 * <p>Not here: who counts updates and epochs; that is the trainer.
 *
 * <p>Start reading at: {@link dev.comporta.training.schedule.StepDecay}.
 *
 * <p>To add one: copy {@link dev.comporta.training.schedule.ExponentialDecay} and name it in
 * module-info and META-INF/services.
 */
@NullMarked
package dev.comporta.training.schedule;

import org.jspecify.annotations.NullMarked;
