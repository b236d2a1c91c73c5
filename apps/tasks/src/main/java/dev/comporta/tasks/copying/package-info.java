/**
 * The task {@code copy}: whether a model stores a sequence and gives it back.
 *
 * <p>Not here: the sequences ({@link dev.comporta.training.data.CopyProblem}), and cells with a
 * memory (module cells).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.copying.Copy}.
 */
@NullMarked
package dev.comporta.tasks.copying;

import org.jspecify.annotations.NullMarked;
