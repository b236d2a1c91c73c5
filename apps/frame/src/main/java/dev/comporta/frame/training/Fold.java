package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.options.Settings;
import java.util.Optional;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * One of the parts into which {@link RepetitionOptions#FOLDS} divides examples.
 *
 * @param number which of them, from 1
 * @param parts how many there are, 2 or more
 */
@API(status = API.Status.EXPERIMENTAL)
public record Fold(int number, int parts) {
  /**
   * The part that is held out.
   *
   * @param settings of a task that divides examples
   * @return the part, the first if the settings do not say which; empty if they do not divide
   */
  public static Optional<Fold> of(Settings settings) {
    return settings
        .find(RepetitionOptions.FOLDS)
        .map(parts -> new Fold(settings.find(RepetitionOptions.FOLD).orElse(1), parts));
  }

  /**
   * The examples of this part. All parts together have each example once, and as many examples as
   * the others, give or take one.
   *
   * @param count the number of examples
   * @param examples what they are called, for messages
   * @param order makes their order, the same for all parts; neighbours are in different parts
   * @return for each example, whether it is held out
   * @throws ComportaException if there are fewer examples than parts
   */
  public boolean[] heldOut(int count, String examples, Supplier<int[]> order) {
    if (count < parts) {
      throw new ComportaException(
          formatted(
              "expected at least as many %s as --folds %d but there are %d",
              examples, parts, count));
    }
    int[] ordered = order.get();
    boolean[] held = new boolean[count];
    for (int i = number - 1; i < count; i += parts) {
      held[ordered[i]] = true;
    }
    return held;
  }
}
