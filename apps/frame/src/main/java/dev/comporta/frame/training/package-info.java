/**
 * A training run of any task: its options, what it starts from, its files, the loop, the report.
 *
 * <p>Not here: data and models of one task (module tasks), the trainer itself (module training).
 *
 * <p>Start reading at: {@link dev.comporta.frame.training.TrainingRun}.
 *
 * <p>To add one: an option that all runs have is a constant of {@link
 * dev.comporta.frame.training.TrainingOptions}.
 *
 * <p>Status: experimental, because it follows the trainer.
 */
@NullMarked
package dev.comporta.frame.training;

import org.jspecify.annotations.NullMarked;
