/**
 * Tasks whose models give a sequence a label. Both read labelled texts, hold some out ({@link
 * dev.comporta.tasks.labels.HeldOut}) and score with {@link dev.comporta.tasks.labels.LabelScores};
 * {@link dev.comporta.tasks.labels.LinearModel} is the baseline of texts.
 *
 * <p>To add a file format, write a reader that gives {@link
 * dev.comporta.tasks.labels.LabelledTexts}.
 *
 * <p>Start reading at: {@link dev.comporta.tasks.labels.Classify}.
 */
@NullMarked
package dev.comporta.tasks.labels;

import org.jspecify.annotations.NullMarked;
