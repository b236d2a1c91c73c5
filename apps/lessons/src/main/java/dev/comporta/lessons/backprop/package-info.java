/**
 * Backpropagation through time, its gradients and what they cannot learn.
 *
 * <p>Not here: gated cells, step by step.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.backprop.UnrollLesson}.
 *
 * <p>To add one: see {@link dev.comporta.lessons.Lessons}.
 */
@NullMarked
package dev.comporta.lessons.backprop;

import org.jspecify.annotations.NullMarked;
