/**
 * What every training has in common: its settings, resuming, checkpoints, figures.
 *
 * <p>Not here: data and models of one task (one package each), the loop itself (module training).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.job.TrainingJob}.
 *
 * <p>To add one: a setting that all trainings have is a field of {@link
 * dev.comporta.tasks.job.JobSettings} and a line in its list of options.
 */
@NullMarked
package dev.comporta.tasks.job;

import org.jspecify.annotations.NullMarked;
