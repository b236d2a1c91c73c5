package dev.comporta.inference.content;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a forecaster reads in each row: the columns that it forecasts, further columns,
 * cycles of the calendar, and categories, each category as a number that is 1 in its rows and 0 in
 * others (one-hot). A category that the model does not know is 0 in all of them.
 *
 * @param targets the columns to forecast, one or more
 * @param also further columns of numbers
 * @param calendar cycles of the calendar, from a column of dates
 * @param categories columns of words
 */
public record SeriesColumns(
    List<String> targets,
    List<String> also,
    List<DateFeature> calendar,
    List<Category> categories) {
  /** Copies the lists. */
  public SeriesColumns {
    targets = List.copyOf(targets);
    also = List.copyOf(also);
    calendar = List.copyOf(calendar);
    categories = List.copyOf(categories);
  }

  /**
   * A column of words.
   *
   * @param column its name
   * @param words the categories that are known, in the order of their numbers
   */
  public record Category(String column, List<String> words) {
    /** Copies the list. */
    public Category {
      words = List.copyOf(words);
    }
  }

  /**
   * {@return the names in an option's value}
   *
   * @param names separated by commas; empty for none
   */
  public static List<String> split(String names) {
    return names.isEmpty()
        ? List.of()
        : Arrays.stream(names.split(",", -1)).map(String::strip).toList();
  }

  /**
   * Refuses a column that is named twice, such as a column to forecast among the further ones.
   *
   * @throws InvalidOptionException naming the column
   */
  public void requireDistinct() {
    Set<String> seen = new HashSet<>();
    List<String> all = new ArrayList<>(numbers());
    categories.forEach(it -> all.add(it.column()));
    for (String column : all) {
      if (!seen.add(column)) {
        throw new InvalidOptionException(
            "[forecast] expected each column once in --column, --target, --also and --category but "
                + Printable.quoted(column)
                + " is named twice; a column that is forecast is read without being named again");
      }
    }
  }

  /** {@return the columns that are read as numbers: those to forecast and the further ones} */
  public List<String> numbers() {
    List<String> numbers = new ArrayList<>(targets);
    numbers.addAll(also);
    return numbers;
  }

  /** {@return the names of all numbers of a row, those to forecast first} */
  public List<String> names() {
    List<String> names = numbers();
    calendar.forEach(it -> names.addAll(it.names()));
    categories.forEach(it -> it.words().forEach(word -> names.add(it.column() + " is " + word)));
    return List.copyOf(names);
  }

  /**
   * Writes the numbers that follow from a date and from words.
   *
   * @param date of the row; may be null without cycles of the calendar
   * @param words of the row, one for each column of categories
   * @param row where the numbers are written, in the order of {@link #names}
   * @param start the place of the row's first number
   * @return whether all words are known
   */
  public boolean encode(@Nullable LocalDateTime date, List<String> words, double[] row, int start) {
    int at = start + targets.size() + also.size();
    for (DateFeature feature : calendar) {
      if (date == null) {
        throw new IllegalArgumentException("a row without a date");
      }
      feature.encode(date, row, at);
      at += DateFeature.NUMBERS;
    }
    boolean known = true;
    for (int i = 0; i < categories.size(); i++) {
      List<String> all = categories.get(i).words();
      int word = all.indexOf(words.get(i));
      known &= word >= 0;
      for (int j = 0; j < all.size(); j++) {
        row[at++] = j == word ? 1 : 0;
      }
    }
    return known;
  }
}
