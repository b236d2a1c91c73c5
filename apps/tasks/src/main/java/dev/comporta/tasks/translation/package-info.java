/**
 * Translation: pairs of sentences, models with an encoder and a decoder, and the tasks that train
 * them.
 *
 * <p>Not here: the layers of such models and the search for outputs (module attention), how a
 * training runs (package job).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.translation.TranslationModel}.
 *
 * <p>To add a task: give it {@link dev.comporta.tasks.translation.PairData} and defaults, as {@link
 * dev.comporta.tasks.translation.Dates} does, and bind it in {@code TasksModule}.
 */
@NullMarked
package dev.comporta.tasks.translation;

import org.jspecify.annotations.NullMarked;
