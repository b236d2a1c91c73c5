package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

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
          formatted("%s expected a whole number of %d or more but got %d", flag, least, number));
    }
    if (number > most) {
      throw new InvalidOptionException(
          formatted(
              "%s expected a whole number from %d to %d but got %d", flag, least, most, number));
    }
  }
}
