/**
 * Training data in the form that the trainer reads: a sequence of batched chunks.
 *
 * <p>Not here: reading files (package text), the loop over the chunks (package training).
 *
 * <p>Start reading at: {@link dev.comporta.training.data.ChunkSource}.
 *
 * <p>To add one: implement {@link dev.comporta.training.data.ChunkSource}.
 *
 * <p>Status: experimental, because further kinds of data are to come.
 */
@NullMarked
package dev.comporta.training.data;

import org.jspecify.annotations.NullMarked;
