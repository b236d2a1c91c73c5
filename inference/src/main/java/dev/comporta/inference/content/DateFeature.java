package dev.comporta.inference.content;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A cycle of the calendar that a forecaster reads as two numbers, the sine and the cosine of an
 * angle that goes round once in a cycle, so that its end is next to its beginning.
 */
public enum DateFeature {
  /** The month of the year. */
  MONTH,
  /** The day of the week. */
  WEEKDAY,
  /** The hour of the day, with its minutes as a fraction. */
  HOUR,
  /** The day of the year; a year has 365.25 days. */
  YEARDAY;

  /** The numbers of a feature: sine and cosine. */
  public static final int NUMBERS = 2;

  /** {@return the word for it, such as {@code weekday}} */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the names of its numbers, such as {@code sine of the month}} */
  public List<String> names() {
    return List.of("sine of the " + word(), "cosine of the " + word());
  }

  /**
   * {@return the features that words name}
   *
   * @param words separated by commas; empty for none
   * @throws InvalidOptionException if a word is unknown or occurs twice
   */
  public static List<DateFeature> parse(String words) {
    if (words.isEmpty()) {
      return List.of();
    }
    List<String> given = Arrays.stream(words.split(",", -1)).map(String::strip).toList();
    List<DateFeature> known = List.of(values());
    if (!known.stream().map(DateFeature::word).toList().containsAll(given)
        || given.stream().distinct().count() < given.size()) {
      throw new InvalidOptionException(
          "--calendar expected some of "
              + known.stream().map(DateFeature::word).collect(Collectors.joining(", "))
              + ", separated by commas and each once, but got "
              + Printable.quoted(words));
    }
    return given.stream().map(word -> valueOf(word.toUpperCase(Locale.ROOT))).toList();
  }

  /**
   * Writes the sine and the cosine.
   *
   * @param date the moment
   * @param numbers where they are written
   * @param at the place of the sine
   */
  public void encode(LocalDateTime date, double[] numbers, int at) {
    double turn =
        2
            * Math.PI
            * switch (this) {
              case MONTH -> (date.getMonthValue() - 1) / 12.0;
              case WEEKDAY -> (date.getDayOfWeek().getValue() - 1) / 7.0;
              case HOUR -> (date.getHour() + date.getMinute() / 60.0) / 24;
              case YEARDAY -> (date.getDayOfYear() - 1) / 365.25;
            };
    numbers[at] = StrictMath.sin(turn);
    numbers[at + 1] = StrictMath.cos(turn);
  }
}
