package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.training.clipping.Clipping;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The parts of an update.
 *
 * @param loss the objective to minimise
 * @param optimizer the update rule of the parameters
 * @param schedule the learning-rate schedule
 * @param clipping the gradient clipping
 * @param groups parameter groups with their own rules; the first group that matches applies
 * @param penalties regularisation terms added to the loss
 * @param accumulate gradient accumulation: the number of chunks per update, 1 or more. Gradients
 *     are averaged with the weights of the losses, so that the update equals that of one chunk with
 *     all rows. The last update of an epoch uses the remaining chunks
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingRules(
    Loss loss,
    Optimizer optimizer,
    Schedule schedule,
    Clipping clipping,
    List<ParameterGroup> groups,
    Penalties penalties,
    int accumulate) {
  /**
   * Checks the rules.
   *
   * @throws InvalidOptionException if fewer than one chunk is accumulated
   */
  public TrainingRules {
    groups = List.copyOf(groups);
    if (accumulate < 1) {
      throw new InvalidOptionException(
          formatted("[trainer] expected 1 or more chunks per update but got %d", accumulate));
    }
  }

  /**
   * Rules without parameter groups, penalties or gradient accumulation.
   *
   * @param loss the objective to minimise
   * @param optimizer the update rule of the parameters
   * @param schedule the learning-rate schedule
   * @param clipping the gradient clipping
   */
  public TrainingRules(Loss loss, Optimizer optimizer, Schedule schedule, Clipping clipping) {
    this(loss, optimizer, schedule, clipping, List.of(), Penalties.NONE, 1);
  }

  /**
   * These rules with parameter groups.
   *
   * @param more the groups in order
   * @return the new rules
   */
  public TrainingRules withGroups(List<ParameterGroup> more) {
    return new TrainingRules(loss, optimizer, schedule, clipping, more, penalties, accumulate);
  }

  /**
   * These rules with penalties.
   *
   * @param more the penalties
   * @return the new rules
   */
  public TrainingRules withPenalties(Penalties more) {
    return new TrainingRules(loss, optimizer, schedule, clipping, groups, more, accumulate);
  }

  /**
   * These rules with gradient accumulation.
   *
   * @param chunks the number of chunks per update, 1 or more
   * @return the new rules
   */
  public TrainingRules accumulating(int chunks) {
    return new TrainingRules(loss, optimizer, schedule, clipping, groups, penalties, chunks);
  }
}
