/**
 * Learning-rate schedules: pure functions of the progress of training.
 *
 * <p>Not here: the counts of updates and epochs, which the trainer keeps.
 *
 * <p>Start reading at: {@link dev.comporta.training.schedule.StepDecay}.
 *
 * <p>To add one: copy {@link dev.comporta.training.schedule.ExponentialDecay} and declare it in
 * module-info and META-INF/services.
 */
@NullMarked
package dev.comporta.training.schedule;

import org.jspecify.annotations.NullMarked;
