/**
 * Forecasts.
 *
 * <p>Not here: the data of others; series are generated, or read from a file of the user.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.series.SeriesLesson}.
 *
 * <p>To add one: see {@link dev.comporta.lessons.Lessons}.
 */
@NullMarked
package dev.comporta.lessons.series;

import org.jspecify.annotations.NullMarked;
