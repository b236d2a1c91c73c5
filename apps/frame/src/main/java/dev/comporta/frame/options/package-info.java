/**
 * Options and their values: declared once, read from flags, configuration files and model files.
 *
 * <p>Not here: the options that every training run has (package {@code training}).
 *
 * <p>Start reading at: {@link dev.comporta.frame.options.Option}.
 *
 * <p>To add one: a type of value is a factory of {@link dev.comporta.frame.options.ValueType} and
 * one of {@link dev.comporta.frame.options.Option}.
 *
 * <p>Status: experimental, because further kinds of values are to come.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.frame.options;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
