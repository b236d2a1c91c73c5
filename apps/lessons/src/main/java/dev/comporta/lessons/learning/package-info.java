/**
 * Optimizers, depth, shapes of input and output, and other networks for sequences.
 *
 * <p>Not here: language.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.learning.OptimizersLesson}.
 *
 * <p>To add one: see {@link dev.comporta.lessons.Lessons}.
 */
@NullMarked
package dev.comporta.lessons.learning;

import org.jspecify.annotations.NullMarked;
