package dev.comporta.training;

import org.apiguardian.api.API;

/**
 * The result of a training run.
 *
 * @param steps the number of completed updates, including those before a resume
 * @param epochs the number of completed epochs
 * @param tokens the number of timesteps trained on that were not padding
 * @param trainLoss the mean loss of the most recent updates, at most {@value Trainer#RECENT}
 * @param validationLoss the validation loss of the model's current parameters; NaN if there is no
 *     validation data or, after a stop, none was measured since the last update
 * @param bestLoss the lowest validation loss; NaN if none was measured
 * @param bestStep the number of completed updates at the lowest validation loss; 0 if none was
 *     measured
 * @param stopped whether the stop condition ended the run before all updates were done
 * @param early whether early stopping ended the run before all updates were done
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
