/**
 * Models of language as commands see them, whatever their tokens are: read, measured, written with.
 *
 * <p>Not here: models of one kind of token and their training (one package each).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.language.LanguageModel}.
 *
 * <p>To add one: implement {@link dev.comporta.tasks.language.LanguageModel} and give {@link
 * dev.comporta.tasks.LanguageModels} the kind of its vocabulary.
 */
@NullMarked
package dev.comporta.tasks.language;

import org.jspecify.annotations.NullMarked;
