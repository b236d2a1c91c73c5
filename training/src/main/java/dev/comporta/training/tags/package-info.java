/**
 * Tags for the words of a sentence: the most likely ones together in a conditional random field,
 * and tags that mark spans.
 *
 * <p>Not here: the loss {@code crf}, which trains such models, and readers of tagged text.
 *
 * <p>Start reading at: {@link dev.comporta.training.tags.LinearChain}.
 *
 * <p>To add a scheme of tags for spans, copy {@link dev.comporta.training.tags.BioTags}.
 *
 * <p>Status: experimental.
 */
@NullMarked
package dev.comporta.training.tags;

import org.jspecify.annotations.NullMarked;
