/**
 * The training loop: truncated BPTT over chunks with carried state, its events, and the state that
 * a resumed run needs.
 *
 * <p>Not here: data (packages data and text), the parts of an update (packages optimizer, schedule,
 * clipping), files (module serialization).
 *
 * <p>Start reading at: {@link dev.comporta.training.Trainer}.
 *
 * <p>To add an event: add a record to {@link dev.comporta.training.TrainingEvent}. To react to
 * events: implement {@link dev.comporta.training.TrainingListener}.
 *
 * <p>Status: experimental, because Spark and other trainers will ask for more.
 */
@NullMarked
package dev.comporta.training;

import org.jspecify.annotations.NullMarked;
