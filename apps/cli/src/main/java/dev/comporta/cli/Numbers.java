package dev.comporta.cli;

import dev.comporta.api.InvalidOptionException;

/** Checks of numbers that flags give. */
final class Numbers {
  private Numbers() {}

  /**
   * Refuses a number outside its range.
   *
   * @throws InvalidOptionException naming the flag and its range
   */
  static void require(String flag, int number, int least, int most) {
    if (number < least) {
      throw new InvalidOptionException(
          "%s expected a whole number of %d or more but got %d".formatted(flag, least, number));
    }
    if (number > most) {
      throw new InvalidOptionException(
          "%s expected a whole number from %d to %d but got %d"
              .formatted(flag, least, most, number));
    }
  }
}
