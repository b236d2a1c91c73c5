/**
 * The training loop: truncated BPTT over chunks with carried state, what it tells, and what it
 * needs to go on after a stop.
 *
 * <p>Not here: data (packages data and text), rules of an update (packages optimizer, schedule,
 * clipping), files (module serialization).
 *
 * <p>Start reading at: {@link dev.comporta.training.Trainer}.
 *
 * <p>To add one: a new event is a record of {@link dev.comporta.training.TrainingEvent}; what acts
 * on events is a {@link dev.comporta.training.TrainingListener}.
 */
@NullMarked
package dev.comporta.training;

import org.jspecify.annotations.NullMarked;
