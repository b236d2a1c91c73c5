/**
 * Evaluation metrics: accuracy, perplexity, regression errors, quantiles, error rates, BLEU and
 * chrF.
 *
 * <p>Not here: losses (package loss), running a model over data ({@code Evaluation}).
 *
 * <p>Start reading at: {@link dev.comporta.training.metrics.ConfusionMatrix}.
 *
 * <p>To add one: write a class to which predictions are added and which gives the metric at any
 * time.
 *
 * <p>Status: experimental, because further tasks bring further metrics.
 */
@NullMarked
package dev.comporta.training.metrics;

import org.jspecify.annotations.NullMarked;
