/**
 * Figures as SVG that follows the colours of its page, with the numbers as rows.
 *
 * <p>Not here: texts; a figure is given a function that translates its labels.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.figure.Figure}.
 *
 * <p>To add one: a record that implements {@code Figure}.
 */
@NullMarked
package dev.comporta.lessons.figure;

import org.jspecify.annotations.NullMarked;
