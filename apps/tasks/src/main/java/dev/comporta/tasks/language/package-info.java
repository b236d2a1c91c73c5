/**
 * The tasks {@code char-lm} and {@code word-lm}: models of the next character, byte pair or word of
 * a text.
 *
 * <p>Not here: vocabularies and the reading of files (module training, package text).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.language.CharLm}; what both tasks share is in
 * {@code LanguageTask}.
 *
 * <p>To add one: a task extends {@code LanguageTask}.
 */
@NullMarked
package dev.comporta.tasks.language;

import org.jspecify.annotations.NullMarked;
