/**
 * Text as training data: reading it, turning characters into ids, and a count model to compare
 * with.
 *
 * <p>Not here: cutting ids into batches (package data), drawing text from a model (module tasks).
 *
 * <p>Start reading at: {@link dev.comporta.training.text.CorpusReader}.
 *
 * <p>To add one: another source of text is a static method that returns a {@link
 * dev.comporta.training.text.Corpus}.
 */
@NullMarked
package dev.comporta.training.text;

import org.jspecify.annotations.NullMarked;
