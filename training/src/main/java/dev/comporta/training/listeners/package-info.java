/**
 * Training listeners that write files for other tools.
 *
 * <p>Not here: progress in a terminal (module cli), checkpoints (module serialization), early
 * stopping and parameter averaging (package training).
 *
 * <p>Start reading at: {@link dev.comporta.training.listeners.CsvListener}.
 *
 * <p>To add one: implement {@link dev.comporta.training.TrainingListener}.
 *
 * <p>Status: experimental, because events are still added.
 */
@NullMarked
package dev.comporta.training.listeners;

import org.jspecify.annotations.NullMarked;
