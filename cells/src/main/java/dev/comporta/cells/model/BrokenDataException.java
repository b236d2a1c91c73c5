package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/**
 * The data hold NaN or an infinity, or a number that float32 arithmetic cannot use. No setting of a
 * training helps against it, so that the message names the place in the batch.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BrokenDataException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /** What was expected, what was found, and what to do, without the chunk. */
  private final String expected;

  /** What was found, and where. */
  private final String found;

  /** What to do. */
  private final String advice;

  private BrokenDataException(String expected, String found, String advice) {
    super("[batch] expected " + expected + " but got " + found + "; " + advice);
    this.expected = expected;
    this.found = found;
    this.advice = advice;
  }

  /** A number that is infinite or not a number. */
  static BrokenDataException notFinite(float value, String place) {
    return new BrokenDataException(
        "finite numbers", value + " in " + place, "fill in missing values or leave them out");
  }

  /** A number whose square overflows. */
  static BrokenDataException tooLarge(float value, String place) {
    return new BrokenDataException(
        "numbers that float32 arithmetic can square",
        value + " in " + place,
        "scale the data, such as to mean 0 and standard deviation 1");
  }

  /**
   * The same error with the chunk that the batch is.
   *
   * @param chunk in words, such as {@code chunk 3 of epoch 0}
   * @return the error to throw
   */
  public BrokenDataException in(String chunk) {
    BrokenDataException located = new BrokenDataException(expected, found + " of " + chunk, advice);
    located.setStackTrace(getStackTrace());
    return located;
  }
}
