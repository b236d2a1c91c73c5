/**
 * The task {@code word-lm}: a model that says which word comes next, on a file of one sentence a
 * line; training it, measuring its perplexity and writing with it.
 *
 * <p>Not here: vocabularies and reading sentences (module training, package text).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.wordlm.WordLm}.
 *
 * <p>To add one: a new setting is a field of {@code WordLmSettings} and a line in its list of
 * options; a new recipe is a constant of {@code Recipe}.
 */
@NullMarked
package dev.comporta.tasks.wordlm;

import org.jspecify.annotations.NullMarked;
