/**
 * Data in use: vocabularies, batches of similar length, windows over series.
 *
 * <p>Not here: commands that read files (module tasks).
 *
 * <p>Start reading at: {@link dev.comporta.examples.data.Vocabularies}.
 *
 * <p>To add one: write a program with a {@code main} and show it on the page {@code data.md}.
 */
@NullMarked
package dev.comporta.examples.data;

import org.jspecify.annotations.NullMarked;
