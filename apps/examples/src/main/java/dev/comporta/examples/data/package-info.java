/**
 * Examples of data: vocabularies, batches of similar length, windows over time series.
 *
 * <p>Not here: commands that read files (module tasks).
 *
 * <p>Start reading at: {@link dev.comporta.examples.data.Vocabularies}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.data;

import org.jspecify.annotations.NullMarked;
