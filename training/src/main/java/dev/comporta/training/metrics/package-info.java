/**
 * Measures of a model's answers that a reader understands: accuracy, perplexity, errors, rates.
 *
 * <p>Not here: losses (package loss), running a model over data ({@code Evaluation}).
 *
 * <p>Start reading at: {@link dev.comporta.training.metrics.ConfusionMatrix}.
 *
 * <p>To add one: a class that is fed answer by answer and can be asked at any time.
 */
@NullMarked
package dev.comporta.training.metrics;

import org.jspecify.annotations.NullMarked;
