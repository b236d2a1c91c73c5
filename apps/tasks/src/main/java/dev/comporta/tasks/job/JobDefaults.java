package dev.comporta.tasks.job;

import dev.comporta.api.model.Spec;
import org.apiguardian.api.API;

/**
 * What a task's trainings have where nothing is given.
 *
 * @param task the task's name
 * @param epochs passes over the data; 0 for a task that counts updates only
 * @param steps updates; 0 if epochs are counted
 * @param optimizer its name
 * @param learningRate the base learning rate with this optimizer, another one has its own
 * @param schedule the course of the learning rate
 * @param clip the largest norm of all gradients; 0 for no limit
 * @param checkpointEvery updates between checkpoints
 */
@API(status = API.Status.EXPERIMENTAL)
public record JobDefaults(
    String task,
    int epochs,
    int steps,
    String optimizer,
    double learningRate,
    Spec schedule,
    double clip,
    int checkpointEvery) {}
