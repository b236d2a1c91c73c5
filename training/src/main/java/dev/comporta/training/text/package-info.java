/**
 * Text as training data: reading files, vocabularies, and an n-gram baseline.
 *
 * <p>Not here: cutting ids into batches (package data), generating text with a model (module
 * tasks).
 *
 * <p>Start reading at: {@link dev.comporta.training.text.CorpusReader}.
 *
 * <p>To add a source of text: write a static method that returns a {@link
 * dev.comporta.training.text.Corpus}.
 *
 * <p>Status: experimental, because further kinds of text are to come.
 */
@NullMarked
package dev.comporta.training.text;

import org.jspecify.annotations.NullMarked;
