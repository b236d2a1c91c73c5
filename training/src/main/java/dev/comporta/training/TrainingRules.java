package dev.comporta.training;

import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.training.clipping.Clipping;
import org.apiguardian.api.API;

/**
 * What an update is made of.
 *
 * @param loss what to make small
 * @param optimizer how the parameters move
 * @param schedule how the learning rate changes
 * @param clipping the limit on gradients
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingRules(Loss loss, Optimizer optimizer, Schedule schedule, Clipping clipping) {}
