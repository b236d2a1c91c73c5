/**
 * Language models and translation.
 *
 * <p>Not here: series of numbers.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.language.NextWordLesson}.
 *
 * <p>To add one: see {@link dev.comporta.lessons.Lessons}.
 */
@NullMarked
package dev.comporta.lessons.language;

import org.jspecify.annotations.NullMarked;
