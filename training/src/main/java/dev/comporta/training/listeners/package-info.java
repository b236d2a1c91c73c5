/**
 * What hears a training: files for other tools to read, and rules that stop it or average its
 * parameters.
 *
 * <p>Not here: progress in a terminal (module cli), checkpoints (module serialization).
 *
 * <p>Start reading at: {@link dev.comporta.training.listeners.CsvListener}.
 *
 * <p>To add one: implement {@link dev.comporta.training.TrainingListener}.
 */
@NullMarked
package dev.comporta.training.listeners;

import org.jspecify.annotations.NullMarked;
