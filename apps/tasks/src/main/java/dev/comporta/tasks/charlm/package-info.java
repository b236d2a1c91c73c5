/**
 * The task {@code char-lm}: a model that says which character, byte or byte pair comes next;
 * training it, measuring it and writing with it.
 *
 * <p>Not here: recurrent layers and training itself (modules cells and training), printing (module
 * cli).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.charlm.CharLm}.
 *
 * <p>To add one: a new setting is a field of {@code CharLmSettings} and a line in its list of
 * options; other tokens are a record of {@code TextTokens}.
 */
@NullMarked
package dev.comporta.tasks.charlm;

import org.jspecify.annotations.NullMarked;
