/**
 * Training data in the form that the trainer takes: chunks of a batch, one after the other.
 *
 * <p>Not here: reading files (package text), the loop over the chunks (package training).
 *
 * <p>Start reading at: {@link dev.comporta.training.data.StreamBatcher}.
 *
 * <p>To add one: another way to cut data gives its chunks by index, as a pure function, so that a
 * position is all that a resumed run needs.
 */
@NullMarked
package dev.comporta.training.data;

import org.jspecify.annotations.NullMarked;
