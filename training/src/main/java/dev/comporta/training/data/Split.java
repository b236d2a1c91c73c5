package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * A text cut in two: the first part is trained on, the last part never.
 *
 * @param training the ids to learn from
 * @param validation the ids to measure with; empty if none were asked for
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // megabytes that nobody changes
public record Split(int[] training, int[] validation) {
  /**
   * Cuts off the last part.
   *
   * @param ids the whole text
   * @param fraction the size of the validation part, in [0, 0.9]
   * @return {@code floor(n (1 - fraction))} ids to learn from, and the rest
   * @throws InvalidOptionException if the fraction is out of range
   */
  public static Split last(int[] ids, double fraction) {
    if (!(fraction >= 0 && fraction <= 0.9)) {
      throw new InvalidOptionException(
          "[split] expected a validation part between 0 and 0.9 of the text but got " + fraction);
    }
    int cut = (int) Math.floor(ids.length * (1 - fraction));
    return new Split(Arrays.copyOf(ids, cut), Arrays.copyOfRange(ids, cut, ids.length));
  }
}
