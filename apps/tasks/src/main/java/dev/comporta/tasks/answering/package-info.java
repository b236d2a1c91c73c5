/**
 * The task {@code answer}: one-word answers to questions about stories, from files in the format of
 * bAbI (Weston et al. 2015), or about stories of a small simulated world.
 *
 * <p>Not here: how a loaded model answers ({@link dev.comporta.inference.QuestionAnswerer}), the
 * layers (modules cells and attention), pictures (module view).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.answering.Answer}.
 *
 * <p>To add a kind of question or of fact to the generated stories: a method in {@code World}; its
 * score is reported by the first word of the question.
 */
@NullMarked
package dev.comporta.tasks.answering;

import org.jspecify.annotations.NullMarked;
