/**
 * The task {@code forecast}: the next values of a column of a CSV file.
 *
 * <p>Not here: windows and normalisation (module training, package data).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.forecast.Forecast}.
 *
 * <p>To add one: a new setting is a field of {@code ForecastSettings} and a line in its list of
 * options.
 */
@NullMarked
package dev.comporta.tasks.forecast;

import org.jspecify.annotations.NullMarked;
