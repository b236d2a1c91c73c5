package dev.comporta.training;

import org.apiguardian.api.API;

/**
 * How a training ended.
 *
 * @param steps updates done, those before a resume included
 * @param epochs epochs completed
 * @param tokens timesteps trained on that were not padding
 * @param trainLoss the mean loss of the latest updates, at most {@value Trainer#RECENT}
 * @param validationLoss the last validation loss; NaN if there is no validation data or none was
 *     measured since the last update
 * @param stopped whether it was asked to stop before all updates were done
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingResult(
    long steps,
    int epochs,
    long tokens,
    double trainLoss,
    double validationLoss,
    boolean stopped) {}
