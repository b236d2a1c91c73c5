/**
 * What hears a training: files for other tools to read.
 *
 * <p>Not here: progress in a terminal (module cli), checkpoints (module serialization), rules that
 * stop a training or average its parameters (package training).
 *
 * <p>Start reading at: {@link dev.comporta.training.listeners.CsvListener}.
 *
 * <p>To add one: implement {@link dev.comporta.training.TrainingListener}.
 */
@NullMarked
package dev.comporta.training.listeners;

import org.jspecify.annotations.NullMarked;
