/**
 * The tasks {@code forecast}, the next values of a column of a CSV file, and {@code anomaly}, the
 * rows that depart from what is forecast.
 *
 * <p>Not here: reading CSV (frame, package data), windows and normalisation (module training).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.series.Forecast}.
 */
@NullMarked
package dev.comporta.tasks.series;

import org.jspecify.annotations.NullMarked;
