/**
 * The lessons, in the order of the lectures.
 *
 * <p>Not here: the command that prints them (apps/cli).
 *
 * <p>Start reading at: {@link dev.comporta.lessons.Lessons}.
 *
 * <p>To add one: a class that implements {@code Lesson}, a line in {@code Lessons}, texts in every
 * language.
 */
@NullMarked
package dev.comporta.lessons;

import org.jspecify.annotations.NullMarked;
