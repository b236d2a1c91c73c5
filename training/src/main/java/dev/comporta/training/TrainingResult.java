package dev.comporta.training;

import org.apiguardian.api.API;

/**
 * How a training ended.
 *
 * @param steps updates done, those before a resume included
 * @param epochs epochs completed
 * @param tokens timesteps trained on that were not padding
 * @param trainLoss the mean loss of the latest updates, at most {@value Trainer#RECENT}
 * @param validationLoss the validation loss of the parameters that the model has now; NaN if there
 *     is no validation data or, after a stop, none was measured since the last update
 * @param bestLoss the lowest validation loss; NaN if none was measured
 * @param bestStep the updates done when it was measured; 0 if none was
 * @param stopped whether it was asked to stop before all updates were done
 * @param early whether patience ended it before all updates were done
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingResult(
    long steps,
    int epochs,
    long tokens,
    double trainLoss,
    double validationLoss,
    double bestLoss,
    long bestStep,
    boolean stopped,
    boolean early) {}
