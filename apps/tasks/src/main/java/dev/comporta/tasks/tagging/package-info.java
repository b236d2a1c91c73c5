/**
 * The task {@code tag}: a tag for each word of a sentence. {@link
 * dev.comporta.tasks.tagging.TaggedSentences} reads the files, {@link
 * dev.comporta.tasks.tagging.Baselines} are what a model is compared with.
 *
 * <p>Not here: the conditional random field (modules cells and training) and the tagger of a loaded
 * model (module inference).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.tagging.Tag}.
 */
@NullMarked
package dev.comporta.tasks.tagging;

import org.jspecify.annotations.NullMarked;
