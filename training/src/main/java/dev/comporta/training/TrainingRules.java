package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.Schedule;
import dev.comporta.training.clipping.Clipping;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What an update is made of.
 *
 * @param loss what to make small
 * @param optimizer how the parameters move
 * @param schedule how the learning rate changes
 * @param clipping the limit on gradients
 * @param groups parameters with rules of their own; the first group that matches counts
 * @param penalties what to make small beside the loss
 * @param accumulate chunks of one update, 1 or more; their gradients are averaged by the weights of
 *     their losses, so that they make the update of one chunk with all their rows. The last update
 *     of an epoch has the chunks that are left
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
   * @throws InvalidOptionException if less than one chunk is accumulated
   */
  public TrainingRules {
    groups = List.copyOf(groups);
    if (accumulate < 1) {
      throw new InvalidOptionException(
          "[trainer] expected 1 or more chunks of an update but got %d".formatted(accumulate));
    }
  }

  /**
   * Rules for all parameters alike, without penalties, an update for each chunk.
   *
   * @param loss what to make small
   * @param optimizer how the parameters move
   * @param schedule how the learning rate changes
   * @param clipping the limit on gradients
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
   * These rules with several chunks for each update.
   *
   * @param chunks of one update, 1 or more
   * @return the new rules
   */
  public TrainingRules accumulating(int chunks) {
    return new TrainingRules(loss, optimizer, schedule, clipping, groups, penalties, chunks);
  }
}
