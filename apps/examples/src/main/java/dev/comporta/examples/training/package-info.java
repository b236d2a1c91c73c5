/**
 * An example of training methods: schedules, parameter groups, averaging, early stopping.
 *
 * <p>Not here: models ({@link dev.comporta.examples.shapes}).
 *
 * <p>Start reading at: {@link dev.comporta.examples.training.Methods}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.training;

import org.jspecify.annotations.NullMarked;
