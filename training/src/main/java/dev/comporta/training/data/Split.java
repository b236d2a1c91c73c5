package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * A text split into a training part and a held-out part at its end.
 *
 * @param training the ids of the training part
 * @param validation the ids of the validation part; possibly empty
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // megabytes of data that are never modified
public record Split(int[] training, int[] validation) {
  /**
   * Holds out the last part of a text.
   *
   * @param ids the whole text
   * @param fraction the validation part as a fraction of the text, in [0, 0.9]
   * @return {@code floor(n (1 - fraction))} ids for training, and the rest for validation
   * @throws InvalidOptionException if the fraction is out of range
   */
  public static Split last(int[] ids, double fraction) {
    if (!(fraction >= 0 && fraction <= 0.9)) {
      throw new InvalidOptionException(
          "[split] expected a validation fraction between 0 and 0.9 of the text but got "
              + fraction);
    }
    int cut = (int) Math.floor(ids.length * (1 - fraction));
    return new Split(Arrays.copyOf(ids, cut), Arrays.copyOfRange(ids, cut, ids.length));
  }
}
